"""Writes the reference results that the Rust tests are held against: one JSON file a topic, one case a line.

The committed files come from Python 3.11, NumPy 2.4.6, SciPy 1.17.1, JAX 0.10.2, scikit-learn 1.9.1 and
Shapely 2.2.0. To write them again, beside this script:

    pip install numpy scipy jax scikit-learn shapely
    python3 generate.py

Every gradient is JAX's reverse mode in 64 bits. Matrices are lists of rows, images are nested as
(batch, height, width, channels), weights as (outputs, inputs). The numbers of `conv.json` are multiples of
1/64, so that every sum in it is exact in floating point and in fractions. The seeds are fixed: the same versions
write the same bytes.
"""

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from scipy import signal, special
from shapely.geometry import box
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_default_matmul_precision", "highest")


def plain(value):
    """Arrays as nested lists; whole floats as integers, which are shorter and the same number."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (np.ndarray, np.generic, jax.Array)):
        return plain(np.asarray(value).tolist())
    return int(value) if isinstance(value, float) and value.is_integer() else value


def write(name, cases):
    lines = ",\n".join(json.dumps(plain(case), separators=(",", ":"), allow_nan=False) for case in cases)
    Path(__file__).with_name(name).write_text(f"[\n{lines}\n]\n")


def gradients(function, upstream, *arguments):
    """What sum(upstream * function(arguments)) passes back to each argument."""
    return jax.vjp(function, *arguments)[1](jnp.asarray(upstream))


# Convolution


def conv_cases(random):
    """`same` is JAX's, `full` pads by the kernel less one, `convolve` turns the kernel by 180 degrees first.

    The gradients are those of L = sum(delta * output).
    """
    shapes = [
        ((5, 7), (3, 2)),  # nothing square
        ((6, 4), (2, 4)),  # an even kernel, as wide as the input
        ((1, 8), (1, 3)),  # a row
        ((7, 1), (4, 1)),  # a column
        ((3, 4), (3, 4)),  # the kernel as large as the input
        ((1, 2), (6, 5)),  # the kernel larger, where it may hang over
    ]
    for operation in ["cross_correlate", "convolve"]:
        for padding in ["valid", "same", "full"]:
            for stride in [1, 2, 3]:
                for shape, kernel_shape in shapes if padding != "valid" else shapes[:-1]:
                    yield conv_case(random, operation, padding, stride, shape, kernel_shape)


def conv_case(random, operation, padding, stride, shape, kernel_shape):
    def forward(image, weights):
        weights = weights[::-1, ::-1] if operation == "convolve" else weights
        pads = [(n - 1, n - 1) for n in kernel_shape] if padding == "full" else padding.upper()
        return jax.lax.conv_general_dilated(image[None, None], weights[None, None], (stride, stride), pads)[0, 0]

    image, kernel = (random.integers(-16, 17, size) / 8 for size in (shape, kernel_shape))
    output = np.asarray(forward(image, kernel))
    if padding != "same":  # SciPy centres `same` in its own way.
        by_scipy = {"cross_correlate": signal.correlate2d, "convolve": signal.convolve2d}[operation]
        assert np.array_equal(by_scipy(image, kernel, padding)[::stride, ::stride], output)
    delta = random.integers(-16, 17, output.shape) / 8
    input_gradient, kernel_gradient = gradients(forward, delta, image, kernel)
    return {
        "operation": operation,
        "padding": padding,
        "stride": stride,
        "input": image,
        "kernel": kernel,
        "output": output,
        "delta": delta,
        "input_gradient": input_gradient,
        "kernel_gradient": kernel_gradient,
    }


# Softmax and cross-entropy


def softmax_cases(random):
    rows = [random.normal(0, 3, size) for size in (1, 2, 3, 4, 7, 10)] + [
        [0, 0, 0, 0],
        [2.5, 2.5, 2.5],
        [1, 2, 2, 1],
        [10000, 0, -10000],
        [10000, 9999, 9998],
        [-10000, -9999, -10000],
        [10000, 10000],
        [-10000, -10000, -10000],
    ]
    for scores in rows:
        yield {
            "scores": scores,
            "softmax": special.softmax(scores),
            "log_sum_exp": special.logsumexp(scores),
        }


def softmax_cross_entropy(logits, targets):
    return -(targets * jax.nn.log_softmax(logits)).sum(axis=1)


def sigmoid_cross_entropy(logits, targets):
    losses = targets * jax.nn.log_sigmoid(logits) + (1 - targets) * jax.nn.log_sigmoid(-logits)
    return -losses.sum(axis=1)


def cross_entropy_cases(random):
    """A loss a sample (for the sigmoid: summed over its outputs), and their mean over the batch.

    `gradients` holds the gradient of each sample's own loss, `mean_gradient` that of the mean.
    """
    for batch, classes, scale in [(1, 2, 1), (3, 4, 2), (5, 3, 4), (4, 10, 2), (2, 4, 300)]:
        logits = random.normal(0, scale, (batch, classes))
        indices = random.integers(0, classes, batch)
        labels = random.integers(0, 2, (batch, classes))
        labels[np.arange(batch), indices] = 1
        soft = labels / labels.sum(axis=1, keepdims=True)
        one_hot = np.eye(classes)[indices]
        yield cross_entropy_case("softmax_index", softmax_cross_entropy, logits, one_hot, indices)
        yield cross_entropy_case("softmax_soft", softmax_cross_entropy, logits, soft, soft)
        yield cross_entropy_case("sigmoid", sigmoid_cross_entropy, logits, labels, labels)


def cross_entropy_case(kind, function, logits, targets, stored_targets):
    losses = function(logits, targets)
    return {
        "kind": kind,
        "logits": logits,
        "targets": stored_targets,
        "losses": losses,
        "gradients": gradients(lambda z: function(z, targets), np.ones_like(losses), logits)[0],
        "mean": losses.mean(),
        "mean_gradient": jax.grad(lambda z: function(z, targets).mean())(logits),
    }


# The shortcut of a residual block


def batch_norm_cases(random):
    """Training mode: mean and (biased) variance of each channel over batch, height and width."""

    def forward(x, gamma, beta):
        return gamma * jax.nn.standardize(x, axis=(0, 1, 2), epsilon=1e-5) + beta

    for shape in [(2, 1, 1, 1), (2, 2, 3, 1), (3, 2, 2, 4), (1, 4, 3, 2), (4, 3, 3, 5)]:
        x = random.normal(1, 2, shape)
        gamma, beta = random.normal(1, 0.5, shape[3]), random.normal(0, 1, shape[3])
        output = forward(x, gamma, beta)
        delta = random.normal(0, 1, shape)
        x_gradient, gamma_gradient, beta_gradient = gradients(forward, delta, x, gamma, beta)
        yield {
            "epsilon": 1e-5,
            "x": x,
            "gamma": gamma,
            "beta": beta,
            "output": output,
            "delta": delta,
            "x_gradient": x_gradient,
            "gamma_gradient": gamma_gradient,
            "beta_gradient": beta_gradient,
        }


def conv1x1_cases(random):
    """Weights (outputs, inputs) at every `stride`-th pixel, the first pixel included."""
    for shape, outputs, stride in [
        ((1, 1, 1, 3), 2, 1),
        ((2, 3, 4, 3), 5, 1),
        ((2, 4, 4, 3), 6, 2),
        ((1, 5, 3, 2), 4, 2),
        ((3, 4, 5, 4), 1, 3),
    ]:

        def forward(x, weights):
            kernel = weights.T[None, None]
            layout = ("NHWC", "HWIO", "NHWC")
            return jax.lax.conv_general_dilated(x, kernel, (stride, stride), "VALID", dimension_numbers=layout)

        x, weights = random.normal(0, 1, shape), random.normal(0, 1, (outputs, shape[3]))
        output = forward(x, weights)
        delta = random.normal(0, 1, output.shape)
        x_gradient, weights_gradient = gradients(forward, delta, x, weights)
        yield {
            "stride": stride,
            "x": x,
            "weights": weights,
            "output": output,
            "delta": delta,
            "x_gradient": x_gradient,
            "weights_gradient": weights_gradient,
        }


# Whole networks


def mlp_cases(random):
    """A row of `x` a sample; a layer is `x weights^T + bias`, a ReLU between layers, then the head.

    regression:  outputs 2 (sigmoid(z) - 1/2); mean over the batch of the sum over outputs of (y - t)^2 / 2
    two_softmax: two softmaxes of half of the logits each, `targets` two indices a sample; mean over the batch
                 of the sum of both cross-entropies
    softmax:     one softmax, `targets` an index a sample; mean cross-entropy
    """
    for head, batch, sizes in [
        ("regression", 1, [4, 3, 2]),
        ("regression", 5, [4, 8, 2]),
        ("regression", 4, [4, 5, 6, 2]),
        ("two_softmax", 1, [4, 3, 4]),
        ("two_softmax", 5, [4, 8, 10]),
        ("two_softmax", 4, [4, 5, 6, 6]),
        ("softmax", 1, [4, 3, 2]),
        ("softmax", 5, [4, 8, 9]),
        ("softmax", 4, [4, 5, 6, 4]),
    ]:
        x = random.uniform(-1, 1, (batch, sizes[0]))
        layers = [
            (random.normal(0, 1 / np.sqrt(n), (m, n)), random.normal(0, 0.3, m))
            for n, m in zip(sizes, sizes[1:])
        ]
        if head == "regression":
            targets = random.uniform(-1, 1, (batch, 2))
        elif head == "two_softmax":
            targets = random.integers(0, sizes[-1] // 2, (batch, 2))
        else:
            targets = random.integers(0, sizes[-1], batch)
        yield mlp_case(head, x, layers, targets)


def mlp_case(head, x, layers, targets):
    def outputs(layers):
        activation = x
        for weights, bias in layers[:-1]:
            activation = jax.nn.relu(activation @ weights.T + bias)
        weights, bias = layers[-1]
        logits = activation @ weights.T + bias
        if head == "regression":
            return 2 * (jax.nn.sigmoid(logits) - 0.5)
        groups = 2 if head == "two_softmax" else 1
        return jax.nn.softmax(logits.reshape(len(x), groups, -1)).reshape(logits.shape)

    def loss(layers):
        y = outputs(layers)
        if head == "regression":
            return ((y - targets) ** 2 / 2).sum(axis=1).mean()
        indices = targets.reshape(len(x), -1)
        picked = jnp.take_along_axis(y.reshape(*indices.shape, -1), indices[:, :, None], axis=2)
        return -jnp.log(picked).sum(axis=(1, 2)).mean()

    return {
        "head": head,
        "x": x,
        "targets": targets,
        "outputs": outputs(layers),
        "loss": loss(layers),
        "layers": [
            {"weights": w, "bias": b, "weights_gradient": dw, "bias_gradient": db}
            for (w, b), (dw, db) in zip(layers, jax.grad(loss)(layers))
        ],
    }


# Metrics


def metrics_cases(random):
    """`classes`: rows of `confusion` are the truth; a score without any case to count is 0. `boxes`: IoU."""
    for classes, samples, predicted in [(2, 10, 2), (3, 25, 3), (3, 12, 2), (5, 8, 3), (4, 40, 1)]:
        truth = random.integers(0, classes, samples)
        prediction = random.integers(0, predicted, samples)
        prediction = np.where((random.random(samples) < 0.5) & (truth < predicted), truth, prediction)
        yield class_case(classes, truth, prediction)
    yield class_case(3, np.array([0, 0, 1]), np.array([0, 0, 1]))  # class 2 is neither true nor predicted

    fixed = [
        ([0, 0, 4, 4], [0, 0, 4, 4]),  # the same
        ([0, 0, 2, 2], [1, 1, 3, 3]),  # 1 of 7
        ([0, 0, 4, 4], [1, 1, 3, 3]),  # inside
        ([0, 0, 2, 2], [2, 0, 4, 2]),  # only an edge in common
        ([0, 0, 1, 1], [5, 5, 6, 6]),  # apart
    ]
    for true_box, predicted_box in fixed + [(random_box(random), random_box(random)) for _ in range(7)]:
        a, b = box(*true_box), box(*predicted_box)
        iou = a.intersection(b).area / a.union(b).area
        yield {"kind": "boxes", "true_box": true_box, "predicted_box": predicted_box, "iou": iou}


def class_case(classes, truth, prediction):
    labels = list(range(classes))
    options = {"labels": labels, "zero_division": 0}
    precision, recall, f1, _ = precision_recall_fscore_support(truth, prediction, **options)
    macro = precision_recall_fscore_support(truth, prediction, average="macro", **options)
    return {
        "kind": "classes",
        "classes": classes,
        "truth": truth,
        "prediction": prediction,
        "confusion": confusion_matrix(truth, prediction, labels=labels),
        "accuracy": accuracy_score(truth, prediction),
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "macro_precision": macro[0],
        "macro_recall": macro[1],
        "macro_f1": macro[2],
    }


def random_box(random):
    """Corners at eighths, (xmin, ymin, xmax, ymax), no less than 1 wide and high."""
    corner, size = random.integers(-16, 17, 2) / 8, random.integers(8, 33, 2) / 8
    return [*corner, *(corner + size)]


if __name__ == "__main__":
    topics = [conv_cases, softmax_cases, cross_entropy_cases, batch_norm_cases]
    topics += [conv1x1_cases, mlp_cases, metrics_cases]
    for seed, topic in enumerate(topics):
        write(topic.__name__.replace("_cases", ".json"), topic(np.random.default_rng(seed)))
