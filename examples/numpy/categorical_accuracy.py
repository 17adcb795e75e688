import numpy as np

# argmax is the position of the largest score; of equal ones it takes the first, as
# torch.argmax does.
true_class = truth[0].astype(int)
class_count = scores.shape[1]
predicted = np.argmax(scores, axis=1)
last_of_equals = class_count - 1 - np.argmax(scores[:, ::-1], axis=1)

# One for each sample: the row is its true class, the column the predicted one.
confusion = np.zeros((class_count, class_count))
np.add.at(confusion, (true_class, predicted), 1)
share_of_hits = np.mean(predicted == true_class)
diagonal = np.trace(confusion)
total = np.sum(confusion)
accuracy = diagonal / total

# Of a class: its samples that are found, and its predictions that are right. Nothing
# divided by nothing is no number (nan).
with np.errstate(invalid="ignore"):
    recall = np.diag(confusion) / confusion.sum(axis=1)
    precision = np.diag(confusion) / confusion.sum(axis=0)

# Taken for scores, two boxes agree if their largest coordinates stand at the same
# position. Then the predicted box is stretched until ymax is its largest, and the two are
# compared again.
box_accuracy = float(np.argmax(true_box) == np.argmax(predicted_box))
stretched_box = predicted_box.copy()
stretched_box[0, 3] = np.max(predicted_box[0, 2:]) + 1
stretched_accuracy = float(np.argmax(true_box) == np.argmax(stretched_box))

# What to ask of boxes instead: how far off they are, and how much of their area they
# share.
coordinate_errors = np.abs(predicted_box - true_box)
mean_error = np.mean(coordinate_errors)
overlap = np.hstack([
    np.maximum(true_box[:, :2], predicted_box[:, :2]),  # xmin, ymin
    np.minimum(true_box[:, 2:], predicted_box[:, 2:]),  # xmax, ymax
])
overlap_size = np.maximum(overlap[:, 2:] - overlap[:, :2], 0)
intersection_area = np.prod(overlap_size)
true_area = np.prod(true_box[:, 2:] - true_box[:, :2])
predicted_area = np.prod(predicted_box[:, 2:] - predicted_box[:, :2])
union_area = true_area + predicted_area - intersection_area
iou = intersection_area / union_area

print("predicted", predicted, "last of equals", last_of_equals, "right", share_of_hits)
print("confusion", confusion, sep="\n")
print("accuracy", accuracy, "recall", recall, "precision", precision)
print("box accuracy", box_accuracy, "stretched", stretched_accuracy)
print("mean error", mean_error, "iou", iou)
