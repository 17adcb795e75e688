//! What categorical accuracy compares with what: classes, counted in a confusion matrix, and boxes, for which it is
//! the wrong question.

use clap::Args;
use nalgebra::DMatrix;
use std::error::Error;
use std::process::ExitCode;
use worked_examples::Exact;
use worked_examples::class::Draw;
use worked_examples::cli::{self, KnownMistake, Topic, Unusable, class_indices, matrix};
use worked_examples::math::{
    BoundingBox, BoxError, Confusion, Piecewise, argmax, binary_accuracy, boxes_on_grid,
    categorical_accuracy, one_hot, rivals, sides, top_k_accuracy,
};
use worked_examples::notebook::{
    Axis, Chart, ClaimVerdict, Field, Grid, Origin, Page, Rectangle, Shading, Told, Traced, Value, decimal,
    decimals, literal, printed,
};

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
        "On a question-and-answer site somebody quotes the definition of categorical accuracy from Keras, and asks \
         whether it would give a box 50 % if two of its four coordinates were right. The answer explains argmax and \
         the confusion matrix. Both are worked through here, and the question itself is answered.",
    ),
    lesson: "How to read accuracy, recall and precision from a confusion matrix, and how to measure a predicted box.",
    minutes: 45,
    requires: "fractions, reading a table, the area of a rectangle",
    code: include_str!("categorical_accuracy.rs"),
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
        KnownMistake {
            name: "confusion",
            kind: "transposed",
            equation: "confusionᵀ",
            instead: "rows are the true classes, columns the predicted ones",
        },
        KnownMistake {
            name: "predicted",
            kind: "counted",
            equation: "predicted + 1",
            instead: "count the classes from 0, as the truth does, and not from 1",
        },
        KnownMistake {
            name: "predicted",
            kind: "ties",
            equation: "last_of_equals",
            instead: "take the first of equal scores, as NumPy and PyTorch do, and not the last",
        },
        KnownMistake {
            name: "union_area",
            kind: "overlap",
            equation: "true_area + predicted_area",
            instead: "subtract the intersection: it was counted twice",
        },
        KnownMistake {
            name: "iou",
            kind: "overlap",
            equation: "intersection_area / ( true_area + predicted_area )",
            instead: "subtract the intersection from the union: it was counted twice",
        },
    ],
    check,
    vary,
    tell,
};

/// A confusion matrix of more classes fits no page.
const MOST_CLASSES: usize = 32;

fn check(inputs: &Inputs) -> Result<(), Unusable> {
    let Inputs { scores, truth, .. } = inputs;
    let (samples, classes) = scores.shape();
    let (option, why) = if classes > MOST_CLASSES {
        ("--scores", format!("given {classes} classes (columns), expected at most {MOST_CLASSES}"))
    } else if truth.len() != samples {
        let given = truth.len();
        let expected = "expected a class index for each row of --scores";
        ("--truth", format!("given {given} for {samples} samples, {expected}"))
    } else if let Some(index) = truth.iter().find(|&&index| index >= classes) {
        let most = classes - 1;
        ("--truth", format!("given class {index}, expected 0 to {most}: --scores has {classes} columns"))
    } else {
        return Ok(());
    };
    Err(Unusable::option(option, why))
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

const COORDINATES: [&str; 4] = ["xmin", "ymin", "xmax", "ymax"];
/// Boxes are counted over so many whole coordinates each way.
const GRID: i64 = 6;
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
    page.say("Take the first sample, its scores and its truth:");
    let preds = page.show("preds", scores.rows(0, 1).into_owned());
    let one_hot_truth = page.show("one_hot_truth", one_hot::<Traced>(true_classes[0], class_count));
    page.say("Where does the largest score stand?");
    let argmax_preds = page.show("argmax_preds", DMatrix::from_iterator(1, 1, argmax(&preds)));
    page.with_the_default_inputs(|page| {
        page.say("The source has the same row of scores, and prints its argmax, too:");
        page.audit(&argmax_preds, printed("1", 0));
        Ok(())
    })?;
    let first_accuracy = page.value("first_accuracy", keras_accuracy(&one_hot_truth, &preds)?);
    page.say(format!(
        "The 1 of `one_hot_truth` stands at position {}, the largest of `preds` at position {}, so this one sample is {}. How \
         large the scores are does not count.",
        true_classes[0],
        decimal(&argmax_preds[0], 0),
        if first_accuracy == Exact::ZERO { "wrong" } else { "right" }
    ));

    page.section("Every sample");
    page.say("The prediction for each sample is the position of the largest entry in its row of `scores`:");
    let positions = scores.row_iter().filter_map(|scores| argmax(scores.iter()));
    let predicted = page.show("predicted", DMatrix::from_iterator(1, sample_count, positions));
    let predicted_classes = &classes_of(&predicted, class_count)?[..];
    let rivals: Vec<_> = scores.row_iter().map(|scores| rivals(scores.iter())).collect();
    let tied: Vec<_> = (0..sample_count).filter(|&sample| rivals[sample] > 0).collect();
    page.ask(
        "Two classes share the largest score of a sample. Which one is predicted?",
        format!(
            "The one with the lowest index: NumPy, JAX and PyTorch choose it, and so does this page. (TensorFlow, \
             on which Keras often runs, promises nothing about ties.) Samples with a tie here: {}.",
            in_words(tied.iter().copied())
        ),
    );
    page.say("If ties went to the last of the equal classes, the predictions would be:");
    let from_the_end = scores.row_iter().filter_map(|scores| argmax(scores.iter().rev()));
    let last_of_equals: Vec<_> = from_the_end.map(|position| class_count - 1 - position).collect();
    page.show("last_of_equals", DMatrix::from_row_slice(1, sample_count, &last_of_equals));

    let is_right = |sample: usize| predicted_classes[sample] == true_classes[sample];
    let row = |i: usize| {
        let class = predicted_classes[i];
        [
            i.into(),
            true_classes[i].into(),
            class.into(),
            (&scores[(i, class)]).into(),
            rivals[i].into(),
            is_right(i).into(),
        ]
    };
    page.table(
        "sample_by_sample",
        ["sample", "true class", "predicted class", "largest score", "others as large", "right?"],
        (0..sample_count).map(row).collect(),
    );
    let hits = (0..sample_count).filter(|&sample| is_right(sample)).count();
    page.say(format!("{hits} of {sample_count} samples are right. Their share is the categorical accuracy:"));
    let one_hot_truths = DMatrix::from_fn(sample_count, class_count, |sample, class| {
        one_hot::<Traced>(true_classes[sample], class_count)[class].clone()
    });
    let share_of_hits = page.value("share_of_hits", keras_accuracy(&one_hot_truths, &scores)?);

    page.with_the_default_inputs(|page| {
        let mut without_ties = (0..sample_count).filter(|sample| !tied.contains(sample));
        let (others, share) = (sample_count - tied.len(), percent(&share_of_hits));
        let hits_of_last = or_undefined(Confusion::new(true_classes, &last_of_equals, class_count)?.accuracy());
        page.claim(
            Origin::Said("in the answer, on argmax"),
            "Normally the position of the largest score is the predicted label.",
            2 * tied.len() < sample_count && without_ties.all(|i| predicted_classes[i] == last_of_equals[i]),
            format!(
                "In {others} of {sample_count} samples here there is one largest score. The exceptions: where two are equally \
                 large, the library decides (if ties went to the last class instead, the accuracy would be {hits_of_last} and \
                 not {share}), and where labels do not count from 0, the position has to be looked up among them."
            ),
        );
        Ok(())
    })?;

    page.section("The confusion matrix, row by row");
    page.say(
        "A row is a true class, a column a predicted one. (So it is in scikit-learn; in R's caret it is the other way \
         round, so look before you read.) For each true class, take its samples and count what they are predicted as:",
    );
    let counted = Confusion::new(true_classes, predicted_classes, class_count)?;
    let row = |class: usize| {
        let of_class = || (0..sample_count).filter(|&sample| true_classes[sample] == class);
        [class.into(), in_words(of_class()).into(), in_words(of_class().map(|i| predicted_classes[i])).into()]
    };
    page.table(
        "confusion_rows",
        ["true class", "its samples", "predicted as"],
        (0..class_count).map(row).collect(),
    );
    let confusion = page.show("confusion", counted.counts().clone());
    page.figure(
        "confusion_diagonal",
        format!(
            "The confusion matrix: {}. {hits} of {sample_count} samples stand on its diagonal, which is framed.",
            decimals(&confusion, 0)
        ),
        framed_diagonal(counted.counts()),
    );
    page.say(
        "Correct predictions stand on the diagonal. Call the matrix C; then the numbers on its diagonal are Cᵢᵢ, and the \
         accuracy is their share of the whole. (Letters behind terms only tell them apart; they begin anew on each line.)",
    );
    page.formula(
        r"\text{accuracy} = \frac{\sum_i C_{ii}}{\sum_{i,j} C_{ij}}",
        "accuracy = Σ C[i,i] / Σ C[i,j]",
    );
    let diagonal = page.value("diagonal", confusion.trace());
    let total = page.value("total = Σ( confusion )", confusion.sum());
    let accuracy = page.value("accuracy = diagonal / total", diagonal.clone() / total.clone());

    page.with_the_default_inputs(|page| {
        let set = |from: usize, to: usize| Confusion::new(&true_classes[from..to], &predicted_classes[from..to], class_count);
        let (training, held_out) = (set(0, TRAINING)?, set(TRAINING, sample_count)?);
        let over_training = |set: &Confusion| Exact::new(set.counts().trace().into(), TRAINING.into());
        let (others, right) = (held_out.counts().sum(), held_out.counts().trace());
        let [all, share, of_others, wrongly] = [
            decimal(&diagonal, 0),
            percent(&accuracy),
            or_undefined(held_out.accuracy()),
            percent(over_training(&held_out)),
        ];
        page.claim(
            Origin::Said("in the answer, on the confusion matrix"),
            "The accuracy is the sum of the main diagonal over the total number of training instances.",
            ClaimVerdict::under(
                "the training instances are the ones that were evaluated",
                held_out.accuracy() == Some(over_training(&held_out)),
                training.accuracy() == Some(over_training(&training)) && accuracy == share_of_hits,
            ),
            format!(
                "The number to divide by is that of the samples in the matrix, whichever they are: {all} of {sample_count} is \
                 {share}, as comparing the positions sample by sample gave. Suppose the first {TRAINING} were for training and \
                 the other {others} held out. Of the {others}, {right} is right: {of_others}. Divided by the {TRAINING} training \
                 instances it would be {wrongly}."
            ),
        );
        Ok(())
    })?;

    page.section("Recall and precision of each class");
    page.say(
        "Recall goes along a row: of the samples that are of a class, how many are found? Precision goes down a \
         column: of the samples that are predicted as a class, how many really are of it? Nothing divided by nothing is \
         undefined: a class that no sample belongs to has no recall, and a class that is never predicted has no precision.",
    );
    page.formula(
        r"\text{recall of } i = \frac{C_{ii}}{\sum_j C_{ij}}, \qquad \text{precision of } i = \frac{C_{ii}}{\sum_j C_{ji}}",
        "recall of i = C[i,i] / Σⱼ C[i,j],  precision of i = C[i,i] / Σⱼ C[j,i]",
    );
    page.ask(
        "Which of the two can a classifier make perfect for one class by always predicting that class?",
        "Its recall: it misses none. The precision is then only the share of that class among all samples.",
    );
    let row = |class: usize| {
        let [of_class, predicted] =
            [confusion.row(class).sum(), confusion.column(class).sum()].map(Field::from);
        let (right, outcomes) = ((&confusion[(class, class)]).into(), counted.outcomes(class));
        [class.into(), of_class, predicted, right, outcomes.recall().into(), outcomes.precision().into()]
    };
    page.table(
        "class_by_class",
        ["class", "samples of it", "predicted", "right", "recall", "precision"],
        (0..class_count).map(row).collect(),
    );
    page.with_the_default_inputs(|page| {
        let mean_recall = counted.balanced_accuracy().ok_or("there is no sample")?;
        let share = percent(&accuracy);
        page.claim(
            Origin::Said("in the question, where it quotes the definition"),
            "The index of the largest true value is compared with that of the largest predicted value, and the mean is \
             taken over all predictions.",
            share_of_hits == accuracy && accuracy != mean_recall,
            format!(
                "Every prediction counts the same, and the mean is {share}. The mean over the classes, where every class \
                 counts the same, is another number, the mean recall or balanced accuracy: {}.",
                percent(&mean_recall),
            ),
        );
        let transposed = Confusion::new(predicted_classes, true_classes, class_count)?;
        let by_hand = DMatrix::from_fn(class_count, class_count, |y_true, y_pred| {
            (0..sample_count).filter(|&i| (true_classes[i], predicted_classes[i]) == (y_true, y_pred)).count()
        });
        page.claim(
            Origin::Said("in the answer, on the confusion matrix"),
            "One axis is the true value and the other the predicted one; the cells of the confusion matrix CM are \
             CM[y_true][y_pred].",
            by_hand == *counted.counts(),
            format!(
                "So the rows are the truth, as on this page. It matters which: the transposed matrix still gives an \
                 accuracy of {share}, but recall and precision change places. Read along its row of the transposed matrix, \
                 class 0 would seem to have a recall of {} and not {}.",
                or_undefined(transposed.outcomes(0).recall()),
                or_undefined(counted.outcomes(0).recall()),
            ),
        );
        Ok(())
    })?;

    equal_accuracy(page);

    page.section("What the other accuracies of Keras compute");
    page.say(
        "Keras has several accuracies, and the plain word `accuracy` picks one of them by the shapes of truth and \
         scores. Categorical accuracy wants the truth one-hot, sparse categorical accuracy as a class number; they agree. \
         Binary accuracy puts each score on its own: is it above ½ where the truth is 1, and not above ½ where it \
         is 0? Top-2 accuracy is content if the true class is among the two with the largest scores. On the samples \
         of this page:",
    );
    let binary = binary_accuracy(&one_hot_truths, &scores, &Exact::new(1.into(), 2.into()).into())?;
    let top_2 = top_k_accuracy(&one_hot_truths, &scores, 2)?;
    let accuracy = Some(Exact::new(hits.into(), sample_count.into()));
    let rows = [
        (
            "categorical",
            "the position of the largest score with that of the 1",
            accuracy.clone(),
            sample_count,
        ),
        (
            "sparse categorical",
            "the position of the largest score with the class number",
            accuracy,
            sample_count,
        ),
        ("binary", "every score, above ½ or not, with its 1 or 0", binary, sample_count * class_count),
        ("top 2", "the positions of the two largest scores with the class number", top_2, sample_count),
    ];
    page.table(
        "keras_metrics",
        ["metric", "what is compared", "right", "share"],
        rows.map(|(metric, compared, share, of)| {
            [metric.into(), compared.into(), out_of(share.as_ref(), of), share.into()]
        })
        .into(),
    );
    page.say(
        "None of them is made for the coordinates of a box. Those are no classes but numbers, as in a regression, \
         and for such Keras offers, among others, the mean absolute and the mean squared error. (Its `MeanIoU` compares maps \
         of classes, pixel by pixel, and not corners of boxes.)",
    );

    how_wrong(page)?;

    page.section("Now with boxes");
    page.say(
        "A box is four numbers, and nothing keeps a program from comparing the true four with the predicted four by \
         categorical accuracy. It takes them for the scores of four classes, named xmin, ymin, xmax and ymax.",
    );
    let (true_bounds, predicted_bounds) =
        (BoundingBox::from_row(&true_box)?, BoundingBox::from_row(&predicted_box)?);
    let errors = true_bounds.absolute_errors(&predicted_bounds);
    let row = |i: usize| {
        let is_same = errors[i] == Exact::ZERO;
        [COORDINATES[i].into(), (&true_box[i]).into(), (&predicted_box[i]).into(), is_same.into()]
    };
    page.table("coordinates", ["coordinate", "true", "predicted", "the same?"], [0, 1, 2, 3].map(row).into());
    let agreeing = errors.iter().filter(|&error| *error == Exact::ZERO).count();
    page.ask(
        format!("The two boxes agree in {agreeing} of 4 coordinates. What does categorical accuracy say?"),
        format!(
            "It does not count them. The largest number of the true box is its {}, the largest of the predicted box its {}, \
             and only these two positions are compared.",
            largest(&true_box),
            largest(&predicted_box)
        ),
    );
    let box_accuracy = page.value("box_accuracy", keras_accuracy(&true_box, &predicted_box)?);
    let lower = predicted_box[2].clone().maximum(predicted_box[3].clone()) + 1.into();
    page.say(format!(
        "So it says {}. Now stretch the predicted box downwards to ymax = {}, so that ymax becomes its largest number. The \
         other three coordinates stay where they are.",
        percent(&box_accuracy),
        decimal(&lower, 4)
    ));
    let stretched_box =
        page.show("stretched_box", predicted_box.clone().remove_column(3).insert_column(3, lower));
    let stretched_accuracy = page.value("stretched_accuracy", keras_accuracy(&true_box, &stretched_box)?);
    page.say("And a third pair of boxes. Three coordinates agree, and one is off by a little:");
    let nearly_true = page.show("nearly_true", literal("10 10 60 61"));
    let nearly_predicted = page.show("nearly_predicted", literal("10 10 62 61"));
    let nearly_accuracy = page.value("nearly_accuracy", keras_accuracy(&nearly_true, &nearly_predicted)?);
    page.say(format!(
        "The largest number has moved from {} to {}, and so a box that is nearly right gets 0.",
        largest(&nearly_true),
        largest(&nearly_predicted),
    ));
    page.with_the_default_inputs(|page| {
        let [xmin, ymin, xmax, ymax] = inputs.predicted_box.corners().clone();
        let middle = (&xmin + &xmax) / Exact::from_integer(2.into());
        let moved = BoundingBox::new([middle.clone(), ymin, xmax, ymax])?;
        let moved_accuracy = or_undefined(categorical_accuracy(&inputs.true_box.row(), &moved.row())?);
        let [from, to, real] = [xmin.into(), middle.into(), true_box[0].clone()].map(|x: Traced| decimal(&x, 4));
        page.answer(
            "in the question",
            "Does it check whether the predicted xmin equals the real xmin?",
            format!(
                "No. With the predicted xmin moved from {from} to {to}, away from the real {real}, it still says {moved_accuracy}."
            ),
        );
        let [hits, misses] = pairs_of_the_question();
        let [all, nothing] = [&box_accuracy, &stretched_accuracy].map(percent);
        page.answer(
            "in the question",
            "If xmin and xmax are the same in both boxes, and ymin and ymax differ, would I get 50 %?",
            format!(
                "Never for one box: it gets {all} or {nothing}. The given pair of boxes meets the condition and gets {all}, \
                 the stretched one meets it and gets {nothing}. Of all pairs of boxes with whole coordinates from 0 to {} \
                 that meet it, {hits} get {all} and {misses} get {nothing}.",
                GRID - 1,
            ),
        );
        Ok(())
    })?;

    page.section("Which coordinate can be the largest?");
    page.ask(
        "Of xmin, ymin, xmax and ymax of a box: which can be the largest?",
        "Only xmax or ymax. A box has an area, so xmin < xmax and ymin < ymax: neither xmin nor ymin can be the \
         largest of the four. For valid boxes two of the four “classes” never occur. (The raw output of a network \
         may be no valid box, and have xmin > xmax.)",
    );
    page.say(format!(
        "Take all boxes whose coordinates are whole numbers from 0 to {}. In how many of them is xmin the largest, \
         in how many ymin, xmax, ymax? Where xmax and ymax are equal, xmax comes first and is taken:",
        GRID - 1
    ));
    let largest_coordinate = page.show("largest_coordinate", how_often_largest());
    let all_boxes = page.value("all_boxes = Σ( largest_coordinate )", largest_coordinate.sum());
    page.say(
        "Draw one of these boxes at random as the truth, and another, independently, as the prediction. How likely does \
         categorical accuracy call it right? The chance that both have xmax as their largest is the share of such boxes, \
         squared; the same goes for ymax, and the two chances add up. (∘ multiplies entry by entry.)",
    );
    let squares = largest_coordinate.component_mul(&largest_coordinate).sum();
    let agreement_by_chance = page.value(
        "agreement_by_chance = Σ( largest_coordinate ∘ largest_coordinate ) / ( all_boxes · all_boxes )",
        squares / (all_boxes.clone() * all_boxes),
    );
    let tied = boxes_on_grid(GRID).filter(|each| each.corners()[2] == each.corners()[3]).count();
    page.say(format!(
        "So a box that is drawn at random, without a look at the object, is called right in {} of the cases. It is not \
         exactly one half here because in {tied} of the boxes xmax and ymax are equal, and all of these count for xmax.",
        percent(&agreement_by_chance)
    ));

    page.section("What to ask of boxes instead");
    page.say("First, by how much each coordinate is off, and the mean of the four:");
    let coordinate_errors = page.show("coordinate_errors", true_bounds.absolute_errors(&predicted_bounds));
    page.value("mean_error = Σ( coordinate_errors ) / 4", coordinate_errors.sum() / 4.into());

    page.say(
        "Second, how much of the area that either box covers is covered by both: the intersection over the union, IoU. It is 1 \
         for identical boxes and 0 for boxes that do not overlap. |A| is the area of box A, A ∩ B what both boxes cover, and \
         A ∪ B what either covers:",
    );
    page.formula(
        r"\text{IoU} = \frac{|A \cap B|}{|A \cup B|} = \frac{|A \cap B|}{|A| + |B| - |A \cap B|}",
        "IoU = |A ∩ B| / |A ∪ B| = |A ∩ B| / (|A| + |B| − |A ∩ B|)",
    );
    page.say("The overlap begins at the larger of both minima and ends at the smaller of both maxima:");
    let overlap = page.show("overlap", true_bounds.overlap(&predicted_bounds));
    page.say(
        "Its width, height and area; what would be negative counts as 0, for then the boxes do not overlap:",
    );
    let overlap_size = page.show("overlap_size", sides(&overlap));
    let intersection_area =
        page.value("intersection_area", overlap_size[0].clone() * overlap_size[1].clone());
    page.say("Width times height of each box:");
    let true_area = page.value("true_area", true_bounds.area());
    let predicted_area = page.value("predicted_area", predicted_bounds.area());
    page.say("In the sum of both areas the overlap is counted twice, so once too often:");
    let union_area = page.value(
        "union_area = true_area + predicted_area − intersection_area",
        true_area + predicted_area - intersection_area.clone(),
    );
    page.value("iou = intersection_area / union_area", intersection_area / union_area);
    page.say("Here are the three pairs of boxes, as drawn and as measured:");
    let pairs = [
        Pair::new("given boxes", &true_box, &predicted_box)?,
        Pair::new("stretched", &true_box, &stretched_box)?,
        Pair::new("nearly perfect", &nearly_true, &nearly_predicted)?,
    ];
    for (name, pair) in ["boxes", "stretched_boxes", "nearly_perfect_boxes"].into_iter().zip(&pairs) {
        page.figure(name, pair.in_words(), pair.drawn());
    }
    page.table(
        "measures",
        ["pair", "coordinates right", "categorical accuracy", "mean error", "intersection over union"],
        pairs.each_ref().map(Pair::measures).into(),
    );
    page.say(
        "Categorical accuracy tells only whether the same coordinate is the largest in both boxes. The mean error is 0 only for \
         identical boxes, and intersection over union is 1 only for them. For boxes that do not overlap, even if they touch, it \
         is 0, however far apart they are; the mean error still tells.",
    );
    let nearly = &pairs[2];
    page.headline(
        Origin::Page,
        "Categorical accuracy gives a single box all or nothing, however many of its coordinates are right.",
        [&box_accuracy, &stretched_accuracy, &nearly_accuracy].into_iter().all(|share| *share == Traced::from(0) || *share == Traced::from(1)),
        format!(
            "With xmin and xmax right, and ymin and ymax wrong, one box gets {} and another {}, and none gets 50 %; \
             a nearly perfect box, with {} of 4 coordinates right and {} of the area shared, gets {}. Categorical \
             accuracy only compares where the largest coordinate stands.",
            percent(&box_accuracy),
            percent(&stretched_accuracy),
            nearly.coordinates_right(),
            percent(nearly.iou()),
            percent(&nearly_accuracy),
        ),
    );

    page.section("How detectors are scored");
    page.say(
        "A predicted box counts as right if its class is right and its intersection over union with the true box passes a \
         threshold. Each true box can be matched only once: a second box on the same object counts as wrong. The threshold is 0.5 \
         in the PASCAL VOC challenge. The COCO challenge takes ten of them, from 0.5 in steps of 0.05 to 0.95, and also \
         reports 0.75 by itself. How do our three pairs do?",
    );
    page.table(
        "thresholds",
        ["pair", "intersection over union", "right at 0.5?", "right at 0.75?", "at how many of COCO's ten"],
        pairs.each_ref().map(Pair::at_thresholds).into(),
    );
    page.say(
        "From there on it is precision and recall again. The detections are sorted by how sure the detector is of each, and \
         precision is plotted against recall. The area under that curve, averaged over the classes, is the mean average \
         precision, mAP. COCO averages over its ten thresholds, too.",
    );
    generalised(page)?;

    page.section("Exercises");
    let most =
        (0..class_count).map(|class| counted.counts().row(class).sum()).max().ok_or("there is no class")?;
    page.exercise(
        "A classifier always answers with one of the most common classes. How accurate is it on these samples?",
        format!(
            "{}: no class has more than {most} of the {sample_count} samples.",
            percent(Exact::new(most.into(), sample_count.into())),
        ),
    );
    let tenfold = scores.map(|score| score * 10.into() + 1.into());
    page.exercise(
        "Multiply all scores by 10 and add 1. Now the scores of a sample no longer add up to 1. What becomes of the accuracy?",
        format!(
            "It stays {}. Only the order of a sample's scores counts, not how sure they sound.",
            percent(keras_accuracy(&one_hot_truths, &tenfold)?)
        ),
    );
    let away = [0, 1].map(|axis| true_box[axis + 2].clone() - predicted_box[axis].clone());
    let away = away.into_iter().reduce(Traced::minimum).unwrap_or(0.into()).maximum(0.into());
    let apart = predicted_box.map(|coordinate| coordinate + away.clone());
    page.exercise(
        "Move the predicted box to the right and down, by the same distance, until the two no longer overlap \
         (`--predicted-box`). What do categorical accuracy and intersection over union say?",
        format!(
            "Moved by {}, intersection over union is {}, and so it stays further on; categorical accuracy is still {}: \
             all four coordinates grow alike, and the largest stays the largest.",
            decimal(&away, 4),
            decimal(Pair::new("apart", &true_box, &apart)?.iou(), 4),
            percent(keras_accuracy(&true_box, &apart)?),
        ),
    );
    page.numpy(include_str!("numpy/categorical_accuracy.py"));
    Ok(())
}

/// The categorical accuracy of rows of scores, of which there is at least one.
fn keras_accuracy(truth: &DMatrix<Traced>, scores: &DMatrix<Traced>) -> Result<Traced, Box<dyn Error>> {
    Ok(categorical_accuracy(truth, scores)?.ok_or("there is no row")?.into())
}

/// What the page shows as class indices, to count with.
fn classes_of(shown: &DMatrix<Traced>, classes: usize) -> Result<Vec<usize>, String> {
    let index = |entry: &Traced| (0..classes).find(|&class| *entry == Traced::from(class));
    shown.iter().map(index).collect::<Option<_>>().ok_or_else(|| format!("a class is none of the {classes}"))
}

/// A confusion matrix, its diagonal framed.
fn framed_diagonal(counts: &DMatrix<usize>) -> Chart {
    let cells = DMatrix::from_fn(counts.nrows(), counts.ncols(), |row, column| {
        let count = counts[(row, column)];
        let mark = if row == column {
            Shading::Strong
        } else if count > 0 {
            Shading::Light
        } else {
            Shading::None
        };
        (count.to_string(), mark)
    });
    let caption = "rows: true class, columns: predicted class, both from 0".to_owned();
    Chart::Grids {
        grids: vec![Grid { caption, cells }],
        meanings: vec![(Shading::Strong, "right"), (Shading::Light, "wrong")],
    }
}

/// Two classifiers that are right equally often, one of which never finds a class.
fn equal_accuracy(page: &mut Page) {
    page.section("Equal accuracy, unequal classifiers");
    let [even, skewed] = [[[9, 1], [1, 9]], [[18, 0], [2, 0]]].map(Confusion::of_counts);
    page.say("Two other sets, of two classes each: in the first both classes are equally common, in the second not.");
    let all = or_undefined(skewed.accuracy());
    page.ask(
        format!(
            "In the second set, {} of {} samples are of class 0. How accurate is a classifier that never looks \
             and always says 0?",
            skewed.counts().row(0).sum(),
            skewed.counts().sum(),
        ),
        format!(
            "{all}, just as accurate as the classifier of the first set, which finds {} of each class.",
            or_undefined(even.outcomes(0).recall()),
        ),
    );
    page.show("even", even.counts().clone());
    page.show("skewed", skewed.counts().clone());
    let row = |(name, set): (&str, &Confusion)| {
        let [zero, one] = [0, 1].map(|class| set.outcomes(class));
        let means = [set.accuracy(), zero.recall(), one.recall(), set.balanced_accuracy(), one.precision()];
        let [accuracy, found_0, found_1, mean, precision] = means.map(Field::from);
        [name.into(), accuracy, found_0, found_1, mean, precision]
    };
    page.table(
        "equal_accuracy",
        ["set", "accuracy", "recall of 0", "recall of 1", "mean recall", "precision of 1"],
        [("even", &even), ("skewed", &skewed)].map(row).into(),
    );
    let [of_even, of_skewed] = [even, skewed].map(|set| or_undefined(set.balanced_accuracy()));
    page.say(format!(
        "The accuracy does not tell these two classifiers apart. The mean of the recalls does: {of_even} against {of_skewed}."
    ));
}

/// What a loss tells of wrong answers, and accuracy does not.
fn how_wrong(page: &mut Page) -> Told {
    page.section("How wrong is wrong?");
    page.say(
        "Accuracy only counts. The loss that a classifier is trained with also says how far an answer is from being right. \
         Cross-entropy is such a loss: −ln of the probability that the answer gives to the true class. Here are three answers \
         to one and the same sample, a row each. Its true class is 1:",
    );
    let answers = page.show("answers", literal(".46 .48 .06; .48 .46 .06; .98 .01 .01"));
    let truth = one_hot::<Traced>(1, 3);
    let accuracy = |i: usize| keras_accuracy(&truth, &answers.rows(i, 1).into_owned());
    let accuracies = [accuracy(0)?, accuracy(1)?, accuracy(2)?];
    page.show("answer_accuracy", DMatrix::from_row_slice(1, 3, &accuracies));
    let cross_entropy =
        page.show("cross_entropy", DMatrix::from_fn(1, 3, |_, i| -answers[(i, 1)].clone().ln()));
    let [right, little, badly] = [0, 1, 2].map(|i| decimal(&cross_entropy[i], 4));
    let [certain, wrong] = [&accuracies[0], &accuracies[2]].map(percent);
    page.claim(
        Origin::Page,
        "Cross-entropy tells a prediction that is a little wrong from one that is badly wrong, and accuracy does not.",
        accuracies[1] == accuracies[2] && cross_entropy[1] < cross_entropy[2],
        format!(
            "The second answer is a little wrong and the third badly: both have an accuracy of {wrong}, but the loss is \
             {little} for the one and {badly} for the other. From the first answer to the second hardly anything changes, and the loss \
             only goes from {right} to {little}; the accuracy falls from {certain} to {wrong}."
        ),
    );
    Ok(())
}

/// Two boxes that are apart still have a generalised intersection over union, which says how far.
fn generalised(page: &mut Page) -> Told {
    page.say(
        "Training needs a number that changes a little when the box moves a little. Intersection over union stays 0 as long as \
         two boxes are apart, so it gives no direction. Generalised IoU (Rezatofighi et al. 2019) takes the smallest box \
         around both, and subtracts from IoU the share of it that neither covers. Take two boxes that are apart:",
    );
    let apart_true = page.show("apart_true", literal("0 0 2 2"));
    let apart_predicted = page.show("apart_predicted", literal("5 0 7 2"));
    let [truth, predicted] = [BoundingBox::from_row(&apart_true)?, BoundingBox::from_row(&apart_predicted)?];
    let apart_iou = page.value("apart_iou", truth.intersection_over_union(&predicted));
    let apart_union = page.value("apart_union", truth.area() + predicted.area());
    let enclosing_box = page.show("enclosing_box", truth.enclosing(&predicted).row());
    let enclosing_area = page.value("enclosing_area", BoundingBox::from_row(&enclosing_box)?.area());
    let generalised_iou = page.value(
        "generalised_iou = apart_iou − ( enclosing_area − apart_union ) / enclosing_area",
        apart_iou.clone() - (enclosing_area.clone() - apart_union) / enclosing_area,
    );
    let nearer = literal("4 0 6 2").map(Traced::from);
    let [iou, there] = [&apart_iou, &generalised_iou].map(|number| number.at(&[(&apart_predicted, &nearer)]));
    page.say(format!(
        "One nearer, at xmin = {}, it would be {}: moving nearer pays. Intersection over union would still be {}.",
        decimal(&nearer[0], 0),
        decimal(there, 4),
        decimal(iou, 4),
    ));
    Ok(())
}

/// A true box and the predicted one.
struct Pair {
    name: &'static str,
    truth: BoundingBox<Traced>,
    predicted: BoundingBox<Traced>,
}

impl Pair {
    fn new(
        name: &'static str,
        truth: &DMatrix<Traced>,
        predicted: &DMatrix<Traced>,
    ) -> Result<Self, BoxError> {
        Ok(Self { name, truth: BoundingBox::from_row(truth)?, predicted: BoundingBox::from_row(predicted)? })
    }

    fn iou(&self) -> Traced {
        self.truth.intersection_over_union(&self.predicted)
    }

    fn coordinates_right(&self) -> usize {
        self.truth
            .corners()
            .iter()
            .zip(self.predicted.corners())
            .filter(|(truth, predicted)| truth == predicted)
            .count()
    }

    fn measures(&self) -> [Field; 5] {
        let [truth, predicted] = [&self.truth, &self.predicted].map(|each| argmax(each.corners()));
        let mean_error = self.truth.absolute_errors(&self.predicted).sum() / 4.into();
        let accuracy = usize::from(truth == predicted);
        [
            self.name.into(),
            self.coordinates_right().into(),
            accuracy.into(),
            mean_error.into(),
            self.iou().into(),
        ]
    }

    fn at_thresholds(&self) -> [Field; 5] {
        let iou = self.iou();
        let reaches =
            |twentieths: usize| *iou.value() >= Value::from(Exact::new(twentieths.into(), 20.into()));
        let passed = (10..20).filter(|&twentieths| reaches(twentieths)).count();
        [self.name.into(), (&iou).into(), reaches(10).into(), reaches(15).into(), passed.into()]
    }

    /// What both cover, of what either covers.
    fn shared(&self) -> String {
        let both = self.truth.intersection(&self.predicted).map_or(0.into(), |both| both.area());
        let either = self.truth.area() + self.predicted.area() - both.clone();
        format!("{} of {}", decimal(both, 4), decimal(either, 4))
    }

    fn in_words(&self) -> String {
        let place = |each: &BoundingBox<Traced>| {
            let [xmin, ymin, xmax, ymax] = each.corners().each_ref().map(|number| decimal(number, 4));
            format!(
                "from ({xmin}, {ymin}) to ({xmax}, {ymax}), its largest number is {}",
                largest(&each.row())
            )
        };
        let (name, shared, [truth, predicted]) =
            (self.name, self.shared(), [&self.truth, &self.predicted].map(place));
        format!(
            "The pair “{name}”, y downwards. The true box: {truth}. The predicted box: {predicted}. Both cover {shared} that either covers."
        )
    }

    fn drawn(&self) -> Chart {
        let rectangle = |(label, each): (String, &BoundingBox<Traced>)| {
            let [xmin, ymin, xmax, ymax] = each.corners().each_ref().map(|number| number.value().to_f64());
            Rectangle::new(label, (xmin, ymin), (xmax, ymax))
        };
        let label =
            |name: &str, each: &BoundingBox<Traced>| format!("{name}: largest is {}", largest(&each.row()));
        let both = self.truth.intersection(&self.predicted);
        let rectangles = [
            Some((label("true", &self.truth), &self.truth)),
            Some((label("predicted", &self.predicted), &self.predicted)),
            both.as_ref().map(|both| (format!("both: {}", self.shared()), both)),
        ];
        let [x, y] = ["x", "y"].map(Axis::linear);
        Chart::Rectangles { x, y, rectangles: rectangles.into_iter().flatten().map(rectangle).collect() }
    }
}

/// In how many of the boxes on the grid each coordinate is the largest.
fn how_often_largest() -> DMatrix<usize> {
    let count = |i: usize| boxes_on_grid(GRID).filter(|each| argmax(each.corners()) == Some(i)).count();
    DMatrix::from_fn(1, 4, |_, i| count(i))
}

/// How many pairs of boxes on the grid agree in xmin and xmax alone and have their largest coordinate in the same
/// place, and how many have not.
fn pairs_of_the_question() -> [usize; 2] {
    let boxes: Vec<_> = boxes_on_grid(GRID).collect();
    let pairs = || boxes.iter().flat_map(|a| boxes.iter().map(|b| (a.corners(), b.corners())));
    let asked = || pairs().filter(|(a, b)| [0, 1, 2, 3].map(|i| a[i] == b[i]) == [true, false, true, false]);
    let hits = asked().filter(|(a, b)| argmax(*a) == argmax(*b)).count();
    [hits, asked().count() - hits]
}

fn largest(row: &DMatrix<Traced>) -> &'static str {
    argmax(row).map_or("", |position| COORDINATES[position])
}

fn percent(share: impl Into<Value>) -> String {
    format!("{} %", decimal(share.into() * 100.into(), 2))
}

/// A share, in percent, which there is none of nothing.
fn or_undefined(share: Option<Exact>) -> String {
    share.map_or("undefined".to_owned(), percent)
}

/// A share as so many of a whole.
fn out_of(share: Option<&Exact>, whole: usize) -> Field {
    let part = share.map_or(Exact::ZERO, |share| share * Exact::from_integer(whole.into()));
    format!("{} of {whole}", decimal(&part, 0)).into()
}

fn in_words(numbers: impl Iterator<Item = usize>) -> String {
    let words: Vec<_> = numbers.map(|number| number.to_string()).collect();
    if words.is_empty() { "none".into() } else { words.join(" ") }
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
