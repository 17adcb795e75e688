//! A sentence says what these numbers say, and not what the source's numbers would.

use crate::examples::program;

/// What the program tells of these numbers.
fn told(topic: &str, options: &[&str]) -> String {
    let output = program(topic).args(["--format", "markdown"]).args(options).output();
    let output = output.expect("cargo test builds the examples");
    assert!(output.status.success(), "{topic} {options:?}");
    String::from_utf8(output.stdout).expect("text")
}

/// Its options, what it says and what it does not say.
type Told = (&'static [&'static str], &'static [&'static str], &'static [&'static str]);

fn check(topic: &str, cases: &[Told]) {
    for &(options, says, does_not_say) in cases {
        let page = told(topic, options);
        for words in says {
            assert!(page.contains(words), "{topic} {options:?} says: {words}");
        }
        for words in does_not_say {
            assert!(!page.contains(words), "{topic} {options:?} does not say: {words}");
        }
    }
}

#[test]
fn relu_filter_update() {
    check(
        "relu_filter_update",
        &[
            (
                &[],
                &[
                    "at the start their loss is 1, while the map has 0.5 there",
                    "The figure leaves out the repaired rule",
                    "all 4 slopes that come out are exactly the entries of `d_filter` (2 of them from both sides of a kink)",
                ],
                &["The loss has risen"],
            ),
            (&["--target", "1 1; 1 1"], &["may differ from those of the map."], &["while the map has"]),
            (&["--filter", "-1 0; 0 -1"], &["so there is nothing to draw"], &["The figure leaves out"]),
            // By hand: 3 · 1 + 1 · 1 = 4 and 3 · 1 + 1 · (-3) = 0, a kink. The delta is 4 and 0. A tenth of the step takes the
            // filter to 2.996, 0.996; there the sums are 3.992 and 0.008, and the loss goes from 5008 to ½ · (3.992² + 100.008²).
            (
                &["--image", "1 1 -3", "--filter", "3 1", "--target", "0 -100", "--learning-rate", "0.01"],
                &[
                    "At a kink it may, however short the step is",
                    "After a step at a tenth of the learning rate the loss is 5008.7681",
                ],
                &["too long"],
            ),
            // By hand: 3 · 1 = 3, so the gradient is 3 · (3 - 2) = 3. The step leads to 1 - 3 = -2, where the ReLU gives 0 and
            // the loss is ½ · 2² = 2 after ½ · 1².
            (
                &["--image", "3", "--filter", "1", "--target", "2", "--learning-rate", "1"],
                &["This step was too long: after one at a tenth"],
                &["At a kink"],
            ),
        ],
    );
}

#[test]
fn resnet_shortcut() {
    check(
        "resnet_shortcut",
        &[
            (
                &[],
                &[
                    "a random W, drawn from the seed",
                    "0.0000004 is left after 10 blocks",
                    "Those in the rows where the pixel was put",
                ],
                &["stands in its place"],
            ),
            (
                &["--pixel", "5", "--padding", "1 0", "--weights", "1; 2"],
                &[
                    "The one that is given here stands in its place",
                    "The one in the row where the pixel was put, row 1",
                    "on a diagonal from row 1 on, 1 zero.",
                ],
                &["drawn from the seed (", "e-3"],
            ),
            (
                &["--padding", "0 0"],
                &["All of them, because no zeros were added."],
                &["Nothing comes back through the zeros"],
            ),
            // The tenths of thirty channels add up.
            (
                &[
                    "--pixel",
                    "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
                    "--padding",
                    "1 1",
                ],
                &["it has not shrunk here"],
                &["is left after 10 blocks"],
            ),
            (
                &["--pixel", "1 2", "--padding", "0 1", "--weights", "1e-10 0; 0 1e-10; 1 1"],
                &["varies so little that ε cannot be left aside"],
                &["A channel that is the same everywhere"],
            ),
        ],
    );
}

#[test]
fn categorical_accuracy() {
    check(
        "categorical_accuracy",
        &[
            (&[], &["of 8 samples are right"], &["is as large, and the first counts"]),
            (
                &["--true-box", "0 0 4 4", "--predicted-box", "0 0 4 5"],
                &[
                    "The largest number of the true box is its xmax (ymax is as large, and the first counts), and that of the predicted box is its ymax.",
                ],
                &[],
            ),
            (
                &["--scores", "0.5 0.5", "--truth", "1"],
                &["0 of 1 sample is right", "there is only one sample"],
                &["of the 1 sample"],
            ),
        ],
    );
}

/// Three fifths in doubles are a little more than 0.6, and in fractions just as much.
#[test]
fn multilabel_softmax() {
    check(
        "multilabel_softmax",
        &[
            (
                &["--epochs", "1", "--labels", "1 0 0 0 0", "--scores", "0 0 0 0 0", "--threshold", "0.6"],
                &[
                    "comes out as 0.6000000000000001, which is above the threshold 0.6",
                    "The first 4 by index: their probabilities are equal too. (A program that adds in double precision takes 3,",
                ],
                &[],
            ),
            (
                &["--epochs", "1"],
                &["The first 3 by index: their probabilities are equal too."],
                &["only rounding", "never gives exactly 0 or 1"],
            ),
            (
                &["--epochs", "1", "--labels", "1 1", "--scores", "0 -1000"],
                &["never gives exactly 0 or 1", "The scores of both classes are equal"],
                &[],
            ),
        ],
    );
}

#[test]
fn velocity_heads() {
    check(
        "velocity_heads",
        &[
            (
                &["--epochs", "1", "--train-size", "20", "--hidden", "1", "--velocity", "0.39999999999 -0.9"],
                &[
                    "x = 0.39999999999 lies close to the edge between the classes 13 and 14",
                    "(x + 1) / width comes out as 14, and a program that cuts off its decimals takes class 14",
                    "and its middle is half a width further; likewise class 1 of y",
                    "in a single batch",
                ],
                &["The learning rate falls"],
            ),
            (
                &[
                    "--epochs",
                    "1",
                    "--train-size",
                    "20",
                    "--hidden",
                    "1",
                    "--velocity",
                    "-1/3 0.3",
                    "--resolution",
                    "2/3",
                ],
                &["Class 1 of x begins 1 width above"],
                &["lies close"],
            ),
            (
                &["--epochs", "2", "--train-size", "40", "--hidden", "1"],
                &[
                    "in batches of 32",
                    "The learning rate falls",
                    "x = 0.3 lies on the edge between the classes 12 and 13",
                ],
                &[],
            ),
        ],
    );
}
