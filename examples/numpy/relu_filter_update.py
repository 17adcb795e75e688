import numpy as np
from scipy.signal import correlate2d

# Forward. correlate2d slides the filter as it is: what PyTorch calls conv2d.
pre_activation = correlate2d(image, filter, mode="valid")
activation = np.maximum(pre_activation, 0)
loss = 0.5 * np.sum((activation - target) ** 2)

# The learner's rule: the error is target - output, and image ★ error is then subtracted.
source_error = target - activation
source_d_filter = correlate2d(image, source_error, mode="valid")
source_filter_updated = filter - learning_rate * source_d_filter

# The gradient: output - target, and only where the ReLU lets it through. (In double
# precision a sum of decimals that should be 0 can come out as 1e-17, which is above 0:
# then the ReLU seems open.)
delta = (activation - target) * (pre_activation > 0)
d_filter = correlate2d(image, delta, mode="valid")
filter_updated = filter - learning_rate * d_filter

# Forward again.
pre_activation_updated = correlate2d(image, filter_updated, mode="valid")
activation_updated = np.maximum(pre_activation_updated, 0)
loss_updated = 0.5 * np.sum((activation_updated - target) ** 2)

# Again and again, with the learner's rule. For the repaired one, take output - target as the
# error, times (output > 0).
learned = filter
for update in range(1, int(iterations) + 1):
    output = np.maximum(correlate2d(image, learned, mode="valid"), 0)
    error = target - output
    learned = learned - learning_rate * correlate2d(image, error, mode="valid")
    print("after update", update, "the largest |weight| is", np.abs(learned).max())

print("d_filter", d_filter, sep="\n")
print("loss was", loss, "and is", loss_updated)
