//! What categorical accuracy compares with what: classes, counted in a confusion matrix, and boxes, for which it is
//! the wrong question.

use worked_examples::math::{
    BoundingBox, Confusion, argmax, categorical_accuracy, last_argmax, one_hot, one_hots, rivals,
};
use worked_examples::prelude::*;

#[path = "categorical_accuracy/boxes.rs"]
mod boxes;
#[path = "categorical_accuracy/unseen.rs"]
mod unseen;

/// What is given.
#[derive(Args, PartialEq)]
pub struct Inputs {
    /// A row a sample, a column a class: what the classifier gives each class
    #[arg(long, value_parser = matrix)]
    #[arg(
        default_value = ".25 .5 .25; .7 .2 .1; .1 .3 .6; .4 .4 .2; .5 .3 .2; .2 .7 .1; .1 .1 .8; .6 .3 .1"
    )]
    pub scores: DMatrix<Exact>,
    /// The true class of each sample, counted from 0
    #[arg(long, value_parser = class_indices, value_name = "INDICES", default_value = "1 0 2 1 0 2 2 1")]
    pub truth: DMatrix<usize>,
    /// Where an object is: xmin ymin xmax ymax
    #[arg(long, value_parser = bounding_box, value_name = "BOX", default_value = "2 1 8 4")]
    pub true_box: BoundingBox<Exact>,
    /// Where it was predicted to be: xmin ymin xmax ymax
    #[arg(long, value_parser = bounding_box, value_name = "BOX", default_value = "2 3 8 7")]
    pub predicted_box: BoundingBox<Exact>,
}

fn bounding_box(text: &str) -> Result<BoundingBox<Exact>, String> {
    BoundingBox::from_row(&matrix(text)?).map_err(|error| error.to_string())
}

/// The topic, as the command line and the walkthroughs find it.
pub const TOPIC: Topic<Inputs> = Topic {
    name: "categorical_accuracy",
    title: "What categorical accuracy compares with what",
    question: "Two of a box's four coordinates are predicted right. Is the categorical accuracy then 50 %?",
    source: Some(
        "On a question-and-answer site somebody quotes the definition of categorical accuracy from Keras, a Python \
         library for neural networks, and asks whether it would give a box 50 % if two of its four coordinates were \
         right. The answer explains argmax and the confusion matrix. Both are worked through here, and the question \
         itself is answered.",
    ),
    lesson: "How to read accuracy, recall and precision from a confusion matrix, and how to measure a predicted box.",
    minutes: 45,
    requires: "fractions, probability as a share, the sum sign Σ, the natural logarithm (in one section), the area of a \
               rectangle",
    code: &[
        include_str!("categorical_accuracy.rs"),
        include_str!("categorical_accuracy/boxes.rs"),
        include_str!("categorical_accuracy/unseen.rs"),
    ],
    blanks: &[
        "predicted",
        "confusion",
        "accuracy",
        "coordinate_errors",
        "mean_error",
        "overlap",
        "overlap_size",
        "intersection_area",
        "true_area",
        "predicted_area",
        "union_area",
        "iou",
    ],
    gives: &[],
    mistakes: &[
        mistake(
            "confusion = confusionᵀ",
            "transposed",
            "rows are the true classes, columns the predicted ones",
        ),
        mistake(
            "predicted = predicted + 1",
            "counted",
            "count the classes from 0, as the truth does, and not from 1",
        ),
        mistake(
            "predicted = last_of_equals",
            "ties",
            "take the first of equal scores, as NumPy and PyTorch do, and not the last",
        ),
        mistake(
            "union_area = true_area + predicted_area",
            "overlap",
            "subtract the intersection: it was counted twice",
        ),
        mistake(
            "iou = intersection_area / ( true_area + predicted_area )",
            "overlap",
            "subtract the intersection from the union: it was counted twice",
        ),
    ],
    check,
    vary,
    is_worth_working,
    tell,
};

/// A confusion matrix of more classes fits no page.
const MOST_CLASSES: usize = 32;

fn check(inputs: &Inputs) -> Result<(), Unusable> {
    let Inputs { scores, truth, .. } = inputs;
    let (samples, classes) = scores.shape();
    let why = format!("given {classes} classes (columns), expected at most {MOST_CLASSES}");
    Unusable::unless(classes <= MOST_CLASSES, "--scores", why)?;
    let given = truth.len();
    let why = format!("given {given} for {samples} samples, expected a class index for each row of --scores");
    Unusable::unless(given == samples, "--truth", why)?;
    let most = classes - 1;
    truth.iter().try_for_each(|&index| {
        let why = format!("given class {index}, expected 0 to {most}: --scores has {classes} columns");
        Unusable::unless(index <= most, "--truth", why)
    })
}

/// Every sample has one largest score, which is more often right than not; the boxes are near each other.
fn vary(draw: &mut Draw) -> Option<Inputs> {
    const SAMPLES: usize = 8;
    const TENTHS: [[i64; 3]; 7] =
        [[5, 1, 4], [5, 2, 3], [5, 4, 1], [6, 1, 3], [6, 3, 1], [7, 2, 1], [8, 1, 1]];
    let (mut scores, mut truth) = (Vec::new(), Vec::new());
    for _ in 0..SAMPLES {
        let (mut tenths, class) = (draw.one_of(&TENTHS), draw.one_of(&[0, 1, 2]));
        tenths.rotate_right(class);
        scores.extend(tenths.map(|tenths| Exact::new(tenths.into(), 10.into())));
        truth.push(draw.one_of(&[class, class, 0, 1, 2]));
    }
    let mut bounding_box = |left: i32, top: i32| {
        let corners = [left, top, left + draw.integer(2..=6), top + draw.integer(2..=6)];
        let corners = corners.map(|number| Exact::from_integer(number.into()));
        BoundingBox::new(corners).expect("it is at least 2 wide and high")
    };
    Some(Inputs {
        scores: DMatrix::from_row_iterator(SAMPLES, 3, scores),
        truth: DMatrix::from_vec(1, SAMPLES, truth),
        true_box: bounding_box(2, 1),
        predicted_box: bounding_box(3, 2),
    })
}

/// Some samples are right and some wrong, and neither box lies within the other.
fn is_worth_working(notebook: &Notebook) -> bool {
    let [accuracy, shared, first, second] =
        ["accuracy", "intersection_area", "true_area", "predicted_area"].map(|name| numbers(notebook, name));
    accuracy.is_some_and(|accuracy| Exact::ZERO < accuracy[0] && accuracy[0] < Exact::from_integer(1.into()))
        && shared.is_some()
        && shared != first
        && shared != second
}

/// So many of the source's samples play the training set, once.
const TRAINING: usize = 5;

fn tell(inputs: &Inputs, page: &mut Page) -> Told {
    let true_classes = inputs.truth.as_slice();
    let (sample_count, class_count) = inputs.scores.shape();

    page.section("What is given");
    page.say(
        "A classifier looks at some samples and gives each class a score. A row of `scores` is a sample, a column a \
         class, and `truth` names the right column of each row. Samples and classes are counted from 0.",
    );
    let scores = page.given("scores", &inputs.scores);
    page.given("truth", &inputs.truth.map(|index| Exact::from_integer(index.into())));
    page.say(
        "There are also two boxes, each from its corner (xmin, ymin) to its corner (xmax, ymax), with y downwards \
         as in images:",
    );
    let true_box = page.given("true_box", &inputs.true_box.row());
    let predicted_box = page.given("predicted_box", &inputs.predicted_box.row());

    page.section("What it compares: one sample");
    page.say(
        "For each sample, Keras looks at two rows: the scores, and the truth written one-hot, with 1 at the true class and 0 \
         elsewhere. It asks where the largest entry of each row stands. This position is called `argmax`. If both positions \
         are the same, the sample counts as right. The accuracy is the share of samples that are right.",
    );
    page.formula(
        r"\text{categorical accuracy} = \frac{\text{number of samples with } \operatorname{argmax}(\text{one-hot truth}) = \operatorname{argmax}(\text{scores})}{\text{number of samples}}",
        "categorical accuracy = number of samples with argmax(one-hot truth) = argmax(scores) / number of samples",
    );
    page.on_screen().say(
        "The lines of Rust on this page are the program's own. In them, `Traced` is a number that remembers how it \
         was calculated, `clone` only makes a copy, and `row` makes one row of the table below it.",
    );
    page.say("Take the first sample, its scores and its truth:");
    let preds = page.show("preds", scores.rows(0, 1).into_owned());
    let one_hot_truth = page.show("one_hot_truth", one_hot::<Traced>(true_classes[0], class_count));
    page.say("Where does the largest score stand?");
    let argmax_preds = page.show("argmax_preds", DMatrix::from_iterator(1, 1, argmax(&preds)));
    page.with_the_default_inputs().say("The source has the same row of scores, and prints its argmax, too:");
    page.audit(&argmax_preds, printed("1", 0));
    let first_accuracy = page.value("first_accuracy", keras_accuracy(&one_hot_truth, &preds)?);
    page.say(format!(
        "The 1 of `one_hot_truth` stands at position {}, the largest of `preds` at position {}, so this one sample is \
         {}. Only these two positions count, and not how large the scores are.",
        true_classes[0],
        argmax_preds[0],
        if first_accuracy == Exact::ZERO { "wrong" } else { "right" }
    ));

    page.section("Every sample");
    page.say("The prediction for each sample is the position of the largest entry in its row of `scores`:");
    let positions = scores.row_iter().filter_map(|scores| argmax(scores.iter()));
    let predicted = page.show("predicted", DMatrix::from_iterator(1, sample_count, positions));
    let predicted_classes = &classes_of(&predicted, class_count)?[..];
    let rivals: Vec<_> = scores.row_iter().map(|scores| rivals(scores.iter())).collect();
    let tied: Vec<_> = (0..sample_count).filter(|&sample| rivals[sample] > 0).collect();
    let ties = match tied[..] {
        [] => "No sample here has a tie.".to_owned(),
        [sample] => format!("Here this happens in one sample, number {sample}."),
        _ => format!("Here this happens in the samples {}.", joined(&tied, ", ")),
    };
    page.ask(
        "Two classes share the largest score of a sample. Which one is predicted?",
        format!(
            "The one with the lowest index: the Python libraries NumPy, JAX and PyTorch choose it, and so does this \
             page. (TensorFlow, on which Keras often runs, promises nothing about ties.) {ties}"
        ),
    );
    page.say("If ties went to the last of the equal classes, the predictions would be:");
    let last_of_equals: Vec<_> = scores.row_iter().filter_map(|row| last_argmax(row.iter())).collect();
    page.show("last_of_equals", DMatrix::from_row_slice(1, sample_count, &last_of_equals));

    let is_right = |sample: usize| predicted_classes[sample] == true_classes[sample];
    let row = |i: usize| {
        let class = predicted_classes[i];
        (i, true_classes[i], class, &scores[(i, class)], rivals[i], is_right(i))
    };
    page.table(
        "sample_by_sample",
        ["sample", "true class", "predicted class", "largest score", "others as large", "right?"],
        (0..sample_count).map(row),
    );
    let hits = (0..sample_count).filter(|&sample| is_right(sample)).count();
    let are = if hits == 1 || sample_count == 1 { "is" } else { "are" };
    let samples = counted(sample_count, "sample");
    page.say(format!("{hits} of {samples} {are} right. The share of those is the categorical accuracy:"));
    let one_hot_truths = one_hots(true_classes, class_count);
    let share_of_hits = page.value("share_of_hits", keras_accuracy(&one_hot_truths, &scores)?);

    let mut without_ties = (0..sample_count).filter(|sample| !tied.contains(sample));
    let (others, share) = (sample_count - tied.len(), percent(&share_of_hits));
    let hits_of_last = or_undefined(Confusion::new(true_classes, &last_of_equals, class_count)?.accuracy());
    page.claim(
        "in the answer, on argmax",
        "Normally the position of the largest score is the predicted label.",
        2 * tied.len() < sample_count && without_ties.all(|i| predicted_classes[i] == last_of_equals[i]),
        format!(
            "In {others} of {sample_count} samples here a single score is the largest, and its position is the \
             prediction. There are two exceptions. Where two scores are equally large, the library decides: if \
             ties went to the last class instead, the accuracy would be {hits_of_last} and not {share}. And where \
             the labels are not 0, 1, 2 and so on, the label that stands at this position in the list of labels is \
             the prediction."
        ),
    );

    page.section("The confusion matrix, row by row");
    page.say(
        "A row is a true class, a column a predicted one. (The Python library scikit-learn does the same. The R \
         package caret does the opposite, so check before you read a matrix.) For each true class, take its samples \
         and count what they are predicted as:",
    );
    let counted = Confusion::new(true_classes, predicted_classes, class_count)?;
    let row = |class: usize| {
        let of_class = || (0..sample_count).filter(|&sample| true_classes[sample] == class);
        (class, in_words(of_class()), in_words(of_class().map(|i| predicted_classes[i])))
    };
    page.table("confusion_rows", ["true class", "its samples", "predicted as"], (0..class_count).map(row));
    let confusion = page.show("confusion", counted.counts().clone());
    page.figure("confusion_diagonal", framed_diagonal(counted.counts())).alt(format!(
        "The confusion matrix: {}. Its diagonal, which is framed, has {hits} of {samples}.",
        decimals(&confusion, 0)
    ));
    page.say(
        "Correct predictions stand on the diagonal. Call the matrix C, and the number in its row i and column j Cᵢⱼ. \
         Then the numbers on the diagonal are Cᵢᵢ, and the accuracy is their share of the whole. (Letters behind terms \
         only tell them apart; they begin anew on each line.)",
    );
    page.formula(
        r"\text{accuracy} = \frac{\sum_i C_{ii}}{\sum_{i,j} C_{ij}}",
        "accuracy = Σ C[i,i] / Σ C[i,j]",
    );
    let diagonal = page.value("diagonal", confusion.trace());
    let total = page.value("total = Σ( confusion )", confusion.sum());
    let accuracy = page.value("accuracy = diagonal / total", diagonal.clone() / total.clone());

    if page.has_the_default_inputs() {
        let set = |from: usize, to: usize| {
            Confusion::new(&true_classes[from..to], &predicted_classes[from..to], class_count)
        };
        let (training, held_out) = (set(0, TRAINING)?, set(TRAINING, sample_count)?);
        let over_training = |set: &Confusion| Exact::new(set.counts().trace().into(), TRAINING.into());
        let (others, right) = (held_out.counts().sum(), held_out.counts().trace());
        let (share, of_others) = (percent(&accuracy), or_undefined(held_out.accuracy()));
        let wrongly = percent(over_training(&held_out));
        page.claim(
            "in the answer, on the confusion matrix",
            "The accuracy is the sum of the main diagonal over the total number of training instances.",
            ClaimVerdict::under(
                "the training instances are the ones that were evaluated",
                held_out.accuracy() == Some(over_training(&held_out)),
                training.accuracy() == Some(over_training(&training)) && accuracy == share_of_hits,
            ),
            format!(
                "Divide by the number of samples in the matrix, whichever they are. Here {hits} of {sample_count} is \
                 {share}, the same as from the comparison sample by sample. Suppose the first {TRAINING} samples were \
                 for training, and the other {others} were held out for a test. Of the {others}, {right} is right: \
                 {of_others}. Divided by the {TRAINING} training instances it would be {wrongly}."
            ),
        );
    }

    page.section("Recall and precision of each class");
    page.say(
        "Recall goes along a row: of the samples that are of a class, how many are found? Precision goes down a \
         column: of the samples that are predicted as a class, how many really are of it? The fraction 0 / 0 is \
         undefined: a class that no sample belongs to has no recall, and a class that is never predicted has no \
         precision. In the table below, recall is right / samples of it, and precision is right / predicted.",
    );
    page.formula(
        r"\text{recall of } i = \frac{C_{ii}}{\sum_j C_{ij}}, \qquad \text{precision of } i = \frac{C_{ii}}{\sum_j C_{ji}}",
        "recall of i = C[i,i] / Σⱼ C[i,j],  precision of i = C[i,i] / Σⱼ C[j,i]",
    );
    page.on_screen().ask(
        "Which of the two can a classifier make perfect for one class by always predicting that class?",
        "Its recall: it misses none. The precision is then only the share of that class among all samples.",
    );
    let row = |class: usize| {
        let (of_class, predicted) = (confusion.row(class).sum(), confusion.column(class).sum());
        let (right, outcomes) = (&confusion[(class, class)], counted.outcomes(class));
        (class, of_class, predicted, right, outcomes.recall(), outcomes.precision())
    };
    page.table(
        "class_by_class",
        ["class", "samples of it", "predicted", "right", "recall", "precision"],
        (0..class_count).map(row),
    );
    let mean_recall = counted.balanced_accuracy().ok_or("there is no sample")?;
    let share = percent(&accuracy);
    page.claim(
        "in the question, where it quotes the definition",
        "The index of the largest true value is compared with that of the largest predicted value, and the mean is \
         taken over all predictions.",
        share_of_hits == accuracy && accuracy != mean_recall,
        format!(
            "Every prediction counts the same, and the mean is {share}. If every class counts the same instead, \
             the mean is taken over the recalls of the classes. This gives another number, the mean recall or \
             balanced accuracy: {}.",
            percent(&mean_recall),
        ),
    );
    let transposed = Confusion::new(predicted_classes, true_classes, class_count)?;
    let by_hand = DMatrix::from_fn(class_count, class_count, |y_true, y_pred| {
        (0..sample_count).filter(|&i| (true_classes[i], predicted_classes[i]) == (y_true, y_pred)).count()
    });
    page.claim(
        "in the answer, on the confusion matrix",
        "One axis is the true value and the other the predicted one; the cells of the confusion matrix CM are \
         CM[y_true][y_pred].",
        by_hand == *counted.counts(),
        format!(
            "So the rows are the truth, as on this page. It matters which axis is which: the transposed matrix \
             (rows and columns exchanged) still gives an accuracy of {share}, but recall and precision change \
             places. Along row 0 of the transposed matrix you would read a recall of {} / {} = {} for class 0, and \
             not {}.",
            transposed.counts()[(0, 0)],
            transposed.counts().row(0).sum(),
            or_undefined(transposed.outcomes(0).recall()),
            or_undefined(counted.outcomes(0).recall()),
        ),
    );

    unseen::equal_accuracy(page);

    unseen::other_accuracies(page, &one_hot_truths, &scores, &counted)?;
    unseen::how_wrong(page)?;

    boxes::tell(inputs, page, &true_box, &predicted_box)?;

    page.section("Exercises");
    let most =
        (0..class_count).map(|class| counted.counts().row(class).sum()).max().ok_or("there is no class")?;
    let why = match sample_count {
        1 => "there is only one sample".to_owned(),
        _ => format!("no class has more than {most} of the {samples}"),
    };
    page.exercise(
        "A classifier always answers with one of the most common classes. How accurate is it on these samples?",
        format!("{}: {why}.", percent(Exact::new(most.into(), sample_count.into()))),
    );
    let tenfold = scores.map(|score| score * 10.into() + 1.into());
    page.exercise(
        "Multiply all scores by 10 and add 1. What becomes of the categorical accuracy?",
        format!(
            "It stays {}. The largest score of each sample stays where it was, and nothing else counts. The scores \
             need not even add up to 1.",
            percent(keras_accuracy(&one_hot_truths, &tenfold)?)
        ),
    );
    boxes::exercise(page, &true_box, &predicted_box)?;
    page.numpy(include_str!("numpy/categorical_accuracy.py"));
    Ok(())
}

/// The categorical accuracy of rows of scores, of which there is at least one.
fn keras_accuracy(truth: &Numbers, scores: &Numbers) -> Result<Traced, Box<dyn Error>> {
    Ok(categorical_accuracy(truth, scores)?.ok_or("there is no row")?.into())
}

/// What the page shows as class indices, to count with.
fn classes_of(shown: &Numbers, classes: usize) -> Result<Vec<usize>, String> {
    let index = |entry: &Traced| (0..classes).find(|&class| *entry == Traced::from(class));
    shown.iter().map(index).collect::<Option<_>>().ok_or_else(|| format!("a class is none of the {classes}"))
}

/// A confusion matrix, its diagonal framed.
fn framed_diagonal(counts: &DMatrix<usize>) -> Chart {
    let cells = DMatrix::from_fn(counts.nrows(), counts.ncols(), |row, column| {
        let count = counts[(row, column)];
        let mark = if row == column { 2 } else { usize::from(count > 0) };
        (count.to_string(), [Shading::None, Shading::Light, Shading::Strong][mark])
    });
    let caption = "rows: true class, columns: predicted class, both from 0".to_owned();
    Chart::Grids {
        grids: vec![Grid { caption, cells }],
        meanings: vec![(Shading::Strong, "right"), (Shading::Light, "wrong")],
    }
}

fn percent(share: impl Into<Value>) -> String {
    format!("{:.2} %", share.into() * 100.into())
}

/// A share, in percent, which there is none of nothing.
fn or_undefined(share: Option<Exact>) -> String {
    share.map_or("undefined".to_owned(), percent)
}

fn in_words(numbers: impl Iterator<Item = usize>) -> String {
    let words = joined(numbers, " ");
    if words.is_empty() { "none".into() } else { words }
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
