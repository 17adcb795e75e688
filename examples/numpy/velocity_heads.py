import numpy as np

intervals = round(2 / resolution)
points = intervals + 1

# The interval of x and that of y. They are rounded first, because (-0.4 + 1) / 0.1 is
# 5.999999999999999 in double precision; 1 m/s belongs to the last interval.
classes = np.floor(np.round((velocity[0] + 1) / resolution, 12)).astype(int)
x_class, y_class = np.minimum(classes, intervals - 1)

# A class for each interval of an axis, a class for each pair, or two numbers.
one_hot_x = np.eye(intervals)[[x_class]]
one_hot_y = np.eye(intervals)[[y_class]]
one_hot_joint = one_hot_x.T @ one_hot_y
two_numbers = velocity

# A class answers with the middle of its interval, and misses by up to half a width on
# each axis.
decoded = -1 + (np.array([x_class, y_class]) + 0.5) * resolution
largest_miss = resolution / 2
floor = resolution / np.sqrt(6)

# Outputs, and weights and biases behind 4 inputs, as the intervals get narrower: joint,
# factorised, two numbers.
widths = np.array([0.1, 0.05, 0.02, 0.01])
counts = np.round(2 / widths)
outputs = np.array([counts**2, 2 * counts, 2 + 0 * counts])
parameters = hidden * (4 + 1) + outputs * (hidden + 1)
growth = np.vstack([widths, outputs, parameters, widths / np.sqrt(6)]).T

# The stretched sigmoid is a hyperbolic tangent.
x = np.array([[-6, -3, -1, 0, 1, 2, 4]])
sigmoid = 1 / (1 + np.exp(-x))
stretched = 2 * (sigmoid - 0.5)
slope = 0.5 * (1 - stretched**2)  # stretched is tanh(x / 2)

np.set_printoptions(suppress=True, precision=4, linewidth=120)
print("classes", x_class, y_class, "decoded", decoded)
print("growth", growth, sep="\n")
