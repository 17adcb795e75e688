import numpy as np
from scipy import ndimage
from scipy.signal import convolve2d, correlate2d

# Weights of f(x) and f(x+1), laid on the samples as they are: a cross-correlation, which
# PyTorch calls a convolution (conv1d, conv2d).
difference = np.array([[-1, 1]])
first_difference = correlate2d(samples, difference, mode="valid")

# The slope at x+1 minus the slope at x: weights of f(x), f(x+1) and f(x+2).
slope_at_x = np.array([[-1, 1, 0]])
slope_at_next = np.array([[0, -1, 1]])
second = slope_at_next - slope_at_x
second_difference = correlate2d(samples, second, mode="valid")
difference_of_difference = np.diff(samples, n=2)

# A convolution turns the weights first: that changes the first difference and not the
# second.
first_as_convolution = convolve2d(samples, difference, mode="valid")
second_as_convolution = convolve2d(samples, second, mode="valid")

# One second difference across, the same one down, and their sum.
kernel_x = np.pad(second, ((1, 1), (0, 0)))
kernel_y = kernel_x.T
kernel = kernel_x + kernel_y

# ndimage always makes up what stands outside of the image ("constant": zeros). For
# "valid" the pixels that have seen it, those at the edge, are cut off again.
mode = {"valid": "constant", "zero": "constant"}.get(border, border)
kept = slice(1, -1) if border == "valid" else slice(None)
across = ndimage.correlate(image, kernel_x, mode=mode)[kept, kept]
down = ndimage.correlate(image, kernel_y, mode=mode)[kept, kept]
response = ndimage.convolve(image, kernel, mode=mode)[kept, kept]

print(f"{first_difference = }")
print(f"{second_difference = }")
print(f"{first_as_convolution = }")
print(f"{kernel = }")
print(f"{response = }")
