import numpy as np

# A shortcut of zeros: so many before the channels of the pixel, so many after them.
before, after = padding[0].astype(int)
padded_pixel = np.pad(pixel, ((before, after), (0, 0)))

# The same as a matrix: an identity with rows of zeros around it.
padding_projection = np.pad(np.eye(len(pixel)), ((before, after), (0, 0)))
assert np.array_equal(padding_projection @ pixel, padded_pixel)

# A shortcut that learns its matrix. At every pixel of an image this is
# torch.nn.Conv2d(channels_in, channels_out, kernel_size=1, bias=False).
projected_pixel = weights @ pixel

# The plainest block, y = F(x) + x with a matrix for F: the delta comes back as it is,
# and what F passes back is added.
channels = len(pixel)
row, column = np.indices((channels, channels))
layer = ((2 * row + column) % 5 - 2) / 10
delta_y = np.arange(1, channels + 1).reshape(-1, 1)
block_output = layer @ pixel + pixel
block_loss = np.sum(delta_y * block_output)
d_pixel_identity = delta_y + layer.T @ delta_y

# Through the other shortcuts: a delta of 1, 2, 3 … goes back through the transpose of the
# matrix, and each weight gets the delta of its row times the channel of its column.
delta = np.arange(1, len(weights) + 1).reshape(-1, 1)
padded_loss = np.sum(delta * padded_pixel)
d_pixel_padded = padding_projection.T @ delta
projected_loss = np.sum(delta * projected_pixel)
d_pixel_projected = weights.T @ delta
d_weights = delta @ pixel.T

print(f"{padded_pixel = }")
print(f"{projected_pixel = }")
print(f"{d_pixel_identity = }")
print(f"{d_pixel_padded = }")
print(f"{d_pixel_projected = }")
print(f"{d_weights = }")
