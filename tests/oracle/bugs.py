"""Bugs that are made in gradients, kernels and metrics, made anew in NumPy, with what comes out of each.

Writes bugs.json beside this file: a list of {"topic", "options", "name", "kind", "numbers"}. `options` are inputs of the
topic as on its command line, `name` is the matrix or number that the bug spoils, `numbers` what comes out, rounded, and
`kind` what the mistake is called. Among the bugs are those of public reports: a kernel that is not turned, a gradient that
is reversed, operands that are swapped, weights that are updated too early, a rate that is forgotten, a mean in place of a
sum, a factor 2, a quarter turn in place of a half one, a transposed matrix, a mask that is left out, a sign.

Needs Python 3 and NumPy (2.4 was used): python3 tests/oracle/bugs.py
"""

import json
import pathlib

import numpy as np

rng = np.random.default_rng(2026)
bugs = []


def text(matrix):
    rows = np.atleast_2d(np.asarray(matrix, dtype=float))
    return "; ".join(" ".join(np.format_float_positional(entry, trim="-") for entry in row) for row in rows)


def inputs(**named):
    options = []
    for name, value in named.items():
        options += ["--" + name.replace("_", "-"), value if isinstance(value, str) else text(value)]
    return options


def bug(topic, options, name, kind, numbers, places=4):
    numbers = np.round(np.asarray(numbers, dtype=float), places) + 0.0
    bugs.append({"topic": topic, "options": options, "name": name, "kind": kind, "numbers": text(numbers)})


def tenths(rows, columns, most=30):
    """Numbers with one decimal, none of them 0, so that no bug hides."""
    numbers = rng.integers(1, most + 1, (rows, columns)) * rng.choice([-1, 1], (rows, columns))
    return numbers / 10


def correlate(x, k, full=False):
    """The kernel slides as it is."""
    if full:
        rows, columns = k.shape
        x = np.pad(x, ((rows - 1, rows - 1), (columns - 1, columns - 1)))
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return np.einsum("ijuv,uv->ij", windows, k)


def turned(k):
    return np.rot90(k, 2)


def convolve(x, k, full=False):
    return correlate(x, turned(k), full)


def one_wrong(numbers):
    """One entry, by a slip of the pen."""
    wrong = np.array(numbers, dtype=float)
    wrong.flat[rng.integers(wrong.size)] += 1.3
    return wrong


def conv_backprop(image, kernel_1, kernel_2, rate, forward):
    delta_shape = np.array(image) - np.array(kernel_1) - np.array(kernel_2) + 2
    x, k1, k2, delta = tenths(*image), tenths(*kernel_1), tenths(*kernel_2), tenths(*delta_shape)
    options = inputs(
        image=x, kernel_1=k1, kernel_2=k2, delta=delta, learning_rate=str(rate), forward=forward
    )
    is_convolution = forward == "convolution"
    slide, other = (convolve, correlate) if is_convolution else (correlate, convolve)
    a1 = slide(x, k1)
    a2 = slide(a1, k2)
    by_kernel = lambda x, delta: turned(correlate(x, delta)) if is_convolution else correlate(x, delta)
    d_k2, d_a1 = by_kernel(a1, delta), other(delta, k2, full=True)
    d_k1 = by_kernel(x, d_a1)
    k2_updated, k1_updated = k2 - rate * d_k2, k1 - rate * d_k1

    def put(name, kind, numbers):
        bug("conv_backprop", options, name, kind, numbers)

    not_turned = "correlated" if is_convolution else "convolved"
    put("a1", not_turned, other(x, k1))
    put("a2", not_turned, other(a1, k2))
    put("a1", "mirrored", correlate(x, np.fliplr(k1)))
    put("a2", "mirrored", correlate(a1, np.flipud(k2)))
    put("a1", "full", slide(x, k1, full=True))
    put("a1", "transposed", slide(x, k1).T)
    put("a1", "shifted", np.roll(a1, 1, axis=1))
    put("a1", "entries", one_wrong(a1))
    put("a2", "sign", -a2)
    put("a2", "scaled", a2 / k2.size)
    put("L", "scaled", (delta * a2).mean())
    put("d_kernel_2", "convention", turned(d_k2))
    put("d_kernel_2", "turned", turned(d_k2))
    put("d_kernel_2", "rotated", np.rot90(d_k2))
    put("d_kernel_2", "mirrored", np.fliplr(d_k2))
    put("d_kernel_2", "sign", -d_k2)
    put("d_kernel_2", "scaled", 2 * d_k2)
    put("d_kernel_2", "scaled", d_k2 / delta.size)
    put("d_kernel_2", "scaled", rate * d_k2)
    put("d_kernel_2", "convolved", turned(convolve(a1, delta)) if is_convolution else convolve(a1, delta))
    if is_convolution:  # the recipe of the source
        put("d_kernel_2", "convolved", convolve(a1, delta))
        put("d_kernel_1", "convolved", convolve(x, d_a1))
    put("d_a1", "convention", slide(delta, k2, full=True))
    if is_convolution:
        put("d_a1", "swapped", correlate(k2, delta, full=True))
    put("d_a1", "updated", other(delta, k2_updated, full=True))
    put("d_a1", "valid", other(delta, k2)) if (delta_shape >= kernel_2).all() else None
    put("d_a1", "transposed", d_a1.T)
    put("d_a1", "shifted", np.pad(d_a1, ((0, 0), (1, 0)))[:, :-1])
    put("d_kernel_1", "convention", turned(d_k1))
    put("d_kernel_1", "scaled", d_k1 / 2)
    put("d_kernel_1", "convolved", turned(convolve(x, d_a1)) if is_convolution else convolve(x, d_a1))
    put("kernel_2_updated", "sign", k2 + rate * d_k2)
    put("kernel_2_updated", "scaled", k2 - d_k2)
    put("kernel_2_updated", "sign", k2 + d_k2)
    put("kernel_2_updated", "omitted", rate * d_k2)
    put("kernel_2_updated", "turned", k2 - rate * turned(d_k2))
    put("kernel_1_updated", "sign", k1 + rate * d_k1)
    put("kernel_1_updated", "scaled", k1 - d_k1)
    put("kernel_1_updated", "transposed", k1 - rate * d_k1.T) if k1.shape[0] == k1.shape[1] else None
    put("kernel_1_updated", "entries", one_wrong(k1_updated)) if k1.size > 2 else None


def relu_filter_update(image, shape, rate):
    output = np.array(image) - np.array(shape) + 1
    while True:
        x, f, target = tenths(*image, 9), tenths(*shape, 9), tenths(*output, 9)
        pre = correlate(x, f)
        active = (pre > 0.05).sum()
        # At least one unit passes and one does not, and the order of everything shows.
        if 1 < active < pre.size:
            break
    options = inputs(image=x, filter=f, target=target, learning_rate=str(rate), iterations="2")
    mask = (pre > 0) * 1.0
    act = pre * mask
    error = act - target
    delta = error * mask
    d_f = correlate(x, delta)
    updated = f - rate * d_f

    def put(name, kind, numbers):
        bug("relu_filter_update", options, name, kind, numbers)

    put("pre_activation", "convolved", convolve(x, f))
    put("pre_activation", "entries", one_wrong(pre))
    put("activation", "unclipped", pre)
    put("loss", "scaled", (error**2).sum())
    put("loss", "scaled", 0.5 * (error**2).mean())
    put("delta", "sign", -delta)
    put("delta", "unmasked", error)
    put("d_filter", "unmasked", correlate(x, error))
    put("d_filter", "articles", correlate(x, -error))
    put("d_filter", "sign", -d_f)
    put("d_filter", "convolved", convolve(x, delta))
    put("d_filter", "convention", turned(d_f))
    put("d_filter", "scaled", 2 * d_f)
    put("d_filter", "scaled", d_f / delta.size)
    put("d_filter", "transposed", d_f.T) if shape[0] == shape[1] else None
    put("filter_updated", "sign", f + rate * d_f)
    put("filter_updated", "scaled", f - d_f)
    put("filter_updated", "turned", f - rate * turned(d_f))
    put("filter_updated", "articles", f - rate * correlate(x, -error))


def laplacian(image, length):
    x, samples = tenths(*image, 90), tenths(1, length, 90)
    options = inputs(samples=samples, image=x)
    k = np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]])
    eight = np.array([[1.0, 1, 1], [1, -8, 1], [1, 1, 1]])
    kx = np.array([[0.0, 0, 0], [1, -2, 1], [0, 0, 0]])
    second = correlate(samples, np.array([[1.0, -2, 1]]))
    across, down, response = correlate(x, kx), correlate(x, kx.T), correlate(x, k)

    def put(name, kind, numbers):
        bug("laplacian", options, name, kind, numbers)

    put("first_difference", "sign", samples[:, :-1] - samples[:, 1:])
    put("second_difference", "shifted", np.roll(second, 1, axis=1))
    put("second_difference", "scaled", second / 2)
    put("kernel", "sign", np.abs(k))
    put("kernel", "neighbours", eight)
    put("across", "axes", down)
    put("down", "axes", across)
    put("response", "sign", correlate(x, np.abs(k)))
    put("response", "sign", -response)
    put("response", "neighbours", correlate(x, eight))
    put("response", "scaled", response / 4)
    for numpys_name in ["constant", "symmetric", "edge", "reflect", "wrap"]:
        put("response", "border", correlate(np.pad(x, 1, mode=numpys_name), k))
    put("response", "shifted", np.roll(response, -1, axis=0))
    put("response", "entries", one_wrong(response))


def resnet_shortcut(channels, before, after):
    x = tenths(channels, 1)
    w = tenths(before + channels + after, channels)
    options = inputs(pixel=x.T, padding=f"{before} {after}", weights=w)
    delta = np.arange(1, len(w) + 1).reshape(-1, 1).astype(float)
    padded = np.pad(x, ((before, after), (0, 0)))

    def put(name, kind, numbers):
        bug("resnet_shortcut", options, name, kind, numbers)

    put("padded_pixel", "shifted", np.roll(padded, 1, axis=0))
    if before != after:
        put("padded_pixel", "order", np.pad(x, ((after, before), (0, 0))))
    put("projected_pixel", "sign", -(w @ x))
    put("projected_pixel", "entries", one_wrong(w @ x))
    put("projected_pixel", "turned", turned(w @ x))
    put("d_pixel_projected", "scaled", w.T @ delta / len(w))
    put("d_weights", "transposed", (delta @ x.T).T)
    put("d_weights", "scaled", 2 * (delta @ x.T))
    if before == after == 0:
        put("projected_pixel", "transposed", w.T @ x)
        put("d_pixel_projected", "transposed", w @ delta)


def categorical_accuracy(samples, classes):
    while True:
        scores = rng.integers(1, 6, (samples, classes)) / 10
        truth = rng.integers(0, classes, samples)
        predicted = scores.argmax(1)
        last = classes - 1 - scores[:, ::-1].argmax(1)
        confusion = np.zeros((classes, classes))
        np.add.at(confusion, (truth, predicted), 1)
        if (last != predicted).any() and (confusion != confusion.T).any() and 0 < np.trace(confusion) < samples:
            break
    x, y, w, h = rng.integers(2, 6, 4)
    a = np.array([0, 0, x + 1, y + 1])
    b = np.array([1, 1, w + 2, h + 2])
    options = inputs(scores=scores, truth=text(truth[None]), true_box=a[None], predicted_box=b[None])
    lo, hi = np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])
    inter = (hi - lo).prod()
    area = lambda box: (box[2:] - box[:2]).prod()
    union = area(a) + area(b) - inter

    def put(name, kind, numbers):
        bug("categorical_accuracy", options, name, kind, numbers)

    put("confusion", "transposed", confusion.T)
    put("confusion", "entries", one_wrong(confusion))
    put("predicted", "counted", predicted[None] + 1)
    put("predicted", "ties", last[None])
    put("union_area", "overlap", area(a) + area(b))
    put("iou", "overlap", inter / (area(a) + area(b)))
    put("iou", "scaled", 2 * inter / union)
    put("mean_error", "scaled", np.abs(a - b).sum())


def multilabel_softmax(classes):
    while True:
        labels = rng.integers(0, 2, classes)
        if 1 < labels.sum() < classes:
            break
    scores = tenths(1, classes)
    options = inputs(labels=text(labels[None]), scores=scores, epochs="1")
    target = labels[None] / labels.sum()
    shifted = scores - scores.max()
    p = np.exp(shifted) / np.exp(shifted).sum()

    def put(name, kind, numbers):
        bug("multilabel_softmax", options, name, kind, numbers)

    put("target", "scaled", labels[None])
    put("probabilities", "sigmoid", 1 / (1 + np.exp(-scores)))
    put("exponentials", "unshifted", np.exp(scores))
    put("shifted", "sign", -shifted)
    put("loss", "scaled", -(target * np.log(p)).sum() / classes)
    put("gradient", "sign", target - p)
    put("gradient", "undivided", p - labels[None])
    put("gradient", "omitted", p)
    put("gradient", "scaled", (p - target) / classes)
    put("gradient", "entries", one_wrong(p - target))


def velocity_heads(velocity, count):
    options = inputs(
        velocity=np.array([velocity]), resolution=repr(2 / count), train_size="1", epochs="1", hidden="1"
    )
    bins = [min(int(np.floor(round((v + 1) / (2 / count), 9))), count - 1) for v in velocity]
    x, y = np.eye(count)[bins]

    def put(name, kind, numbers):
        bug("velocity_heads", options, name, kind, numbers)

    put("intervals", "points", count + 1)
    put("points", "intervals", count)
    put("one_hot_x", "shifted", np.roll(x, 1)[None])
    put("one_hot_y", "shifted", np.roll(y, -1)[None])
    put("one_hot_joint", "transposed", np.outer(y, x)) if bins[0] != bins[1] else None
    put("largest_miss", "scaled", 2 / count)
    in_single = [int((np.float32(v) + np.float32(1)) / np.float32(2 / count)) for v in velocity]
    if in_single[0] != bins[0]:
        put("one_hot_x", "precision", np.eye(count)[in_single[0]][None])


for forward in ["convolution", "cross-correlation"]:
    conv_backprop((4, 4), (2, 2), (2, 2), 0.1, forward)
    conv_backprop((5, 4), (2, 3), (3, 2), 0.5, forward)
    conv_backprop((4, 6), (2, 2), (2, 3), 0.2, forward)
relu_filter_update((4, 4), (2, 2), 0.5)
relu_filter_update((4, 5), (2, 3), 0.1)
relu_filter_update((3, 4), (2, 2), 0.2)
for image, length in [((5, 6), 6), ((6, 5), 8), ((7, 7), 5)]:
    laplacian(image, length)
for channels, before, after in [(3, 2, 1), (2, 5, 1), (2, 1, 1), (3, 0, 0), (4, 2, 2)]:
    resnet_shortcut(channels, before, after)
for samples, classes in [(10, 3), (14, 4), (12, 3)]:
    categorical_accuracy(samples, classes)
for classes in [4, 5, 7]:
    multilabel_softmax(classes)
velocity_heads((0.3, 0.5), 20)
velocity_heads((-0.35, 0.15), 10)

path = pathlib.Path(__file__).with_name("bugs.json")
path.write_text("[\n" + ",\n".join(json.dumps(bug) for bug in bugs) + "\n]\n")
print(len(bugs), "bugs,", len({(bug["topic"], bug["name"], bug["kind"]) for bug in bugs}), "kinds of them")
