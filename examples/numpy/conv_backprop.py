import numpy as np
from scipy.signal import convolve2d, correlate2d

# convolve2d turns the kernel by 180° before it slides; correlate2d slides it as it is,
# which is what PyTorch calls a convolution (torch.nn.functional.conv2d). Here both layers
# do the same; the section on the other forward pass has changed the second one only.
if forward == "convolution":
    slide, other_slide = convolve2d, correlate2d
else:
    slide, other_slide = correlate2d, convolve2d

# Forward.
a1 = slide(image, kernel_1, mode="valid")
a2 = slide(a1, kernel_2, mode="valid")
L = np.sum(delta * a2)


# A weight collects the deltas, each times the input that it met: the layer's input,
# cross-correlated with the delta. Where the forward pass has turned the kernel, the
# result has to be turned back.
def gradient(layer_input, delta):
    collected = correlate2d(layer_input, delta, mode="valid")
    return np.rot90(collected, 2) if forward == "convolution" else collected


# Backward. An entry of a1 collects the deltas of the outputs that it went into: a full
# pass over the delta, always of the other kind than forward.
d_kernel_2 = gradient(a1, delta)
d_a1 = other_slide(delta, kernel_2, mode="full")
d_kernel_1 = gradient(image, d_a1)

# One step against the gradient, and forward again.
kernel_2_updated = kernel_2 - learning_rate * d_kernel_2
kernel_1_updated = kernel_1 - learning_rate * d_kernel_1
a1_next = slide(image, kernel_1_updated, mode="valid")
a2_next = slide(a1_next, kernel_2_updated, mode="valid")

print("d_kernel_2", d_kernel_2, "d_kernel_1", d_kernel_1, sep="\n")
print("L was", L, "and is", np.sum(delta * a2_next))
