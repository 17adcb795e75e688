import numpy as np

# The labels of a picture share a whole.
labels_sum = np.sum(labels)
target = labels / labels_sum

# Softmax (torch.softmax). With the highest score subtracted nothing overflows.
highest = np.max(scores)
shifted = scores - highest
exponentials = np.exp(shifted)
exponential_sum = np.sum(exponentials)
probabilities = exponentials / exponential_sum

# Cross-entropy and its slope along each score, what
# torch.nn.functional.cross_entropy(scores, target) gives, and its backward().
loss = np.log(exponential_sum) - np.sum(target * shifted)
gradient = probabilities - target
least_loss = np.log(labels_sum)
left_to_learn = loss - least_loss

# A sigmoid for each class (torch.sigmoid), and its binary cross-entropy, in which
# logaddexp(0, x) is ln(1 + e^x).
sigmoids = 1 / (1 + np.exp(-scores))
sigmoid_gradient = sigmoids - labels
sigmoid_loss = np.sum(np.logaddexp(0, np.where(labels > 0, -scores, scores)))

# Take the classes in descending order until the running sum is above the threshold;
# "stable" takes the first of equal ones first. If no sum is above it, all are taken.
order = np.argsort(-probabilities[0], kind="stable")
sorted_probabilities = probabilities[:, order]
cumulative = np.cumsum(sorted_probabilities)
predicted_count = min(np.sum(cumulative <= threshold) + 1, len(cumulative))

print("target", target, "probabilities", probabilities, "gradient", gradient, sep="\n")
print("sigmoids", sigmoids, "sigmoid_gradient", sigmoid_gradient, sep="\n")
print("loss", loss, "sigmoid_loss", sigmoid_loss, "predicted", order[:predicted_count])
