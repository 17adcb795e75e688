//! What categorical accuracy compares with what: classes, counted in a confusion matrix, and boxes, for which it is
//! the wrong question.

use clap::Args;
use nalgebra::DMatrix;
use std::process::ExitCode;
use worked_examples::Exact;
use worked_examples::class::{Draw, numbers};
use worked_examples::cli::{self, KnownMistake, Topic, Unusable, class_indices, matrix};
use worked_examples::math::{
    BoundingBox, Confusion, Piecewise, argmax, boxes_on_grid, categorical_accuracy, one_hot, rivals, sides,
};
use worked_examples::notebook::{
    Axis, Bar, Chart, ClaimVerdict, Field, Notebook, Origin, Page, Rectangle, Told, Traced, Value, decimal,
    literal, printed,
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
    is_worth_working,
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

/// Some samples are right and some wrong, and neither box lies within the other.
fn is_worth_working(notebook: &Notebook) -> bool {
    let [accuracy, shared, first, second] =
        ["accuracy", "intersection_area", "true_area", "predicted_area"].map(|name| numbers(notebook, name));
    accuracy.is_some_and(|accuracy| Exact::ZERO < accuracy[0] && accuracy[0] < Exact::from_integer(1.into()))
        && shared.is_some()
        && shared != first
        && shared != second
}

const COORDINATES: [&str; 4] = ["xmin", "ymin", "xmax", "ymax"];
/// Boxes are counted over so many whole coordinates each way.
const GRID: i64 = 6;
/// So many of the source's samples play the training set, once.
const TRAINING: usize = 5;

fn tell(inputs: &Inputs, page: &mut Page) -> Told {
    let truth = inputs.truth.as_slice();
    let (samples, classes) = inputs.scores.shape();

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
        "Keras defines categorical accuracy by two positions: is the position of the largest true value that of the \
         largest predicted value? The share of the samples for which it is, is the accuracy.",
    );
    page.formula(
        r"\text{categorical accuracy} = \frac{\text{number of samples with } \operatorname{argmax}(\text{truth}) = \operatorname{argmax}(\text{scores})}{\text{number of samples}}",
        "categorical accuracy = number of samples with argmax(truth) = argmax(scores) / number of samples",
    );
    page.say("`argmax` is the position of the largest entry, not the entry itself. Take the first sample:");
    let preds = page.show("preds", scores.rows(0, 1).into_owned());
    let argmax_preds = page.show("argmax_preds", DMatrix::from_iterator(1, 1, argmax(&preds)));
    page.audit(&argmax_preds, printed("1", 0));
    let [position] = classes_of(&argmax_preds, classes)?[..] else {
        return Err("one sample, one class".into());
    };
    page.say("The truth can be written in the same form, called one-hot: 1 at the true class, 0 elsewhere.");
    page.show("one_hot_truth", one_hot::<Traced>(truth[0], classes));

    page.say(format!(
        "The largest entry of `one_hot_truth` stands at position {}, that of `preds` at position {position}. \
         Categorical accuracy asks whether these two are the same, and nothing else.",
        truth[0],
    ));

    page.section("Every sample");
    page.say("The prediction for each sample is the position of the largest entry in its row of `scores`:");
    let predictions = scores.row_iter().filter_map(|scores| argmax(scores.iter()));
    let predicted = page.show("predicted", DMatrix::from_iterator(1, samples, predictions));
    let predicted = &classes_of(&predicted, classes)?[..];
    let rivals: Vec<_> = scores.row_iter().map(|scores| rivals(scores.iter())).collect();
    let tied = rivals.iter().filter(|&&rivals| rivals > 0).count();
    page.ask(
        "Two classes share the largest score of a sample. Which one is predicted?",
        format!(
            "The one with the lowest index: NumPy, JAX and PyTorch choose it, and so does this page. (TensorFlow, \
             on which Keras often runs, promises nothing about ties.) Here {tied} of {samples} samples are tied.",
        ),
    );

    let from_the_end = scores.row_iter().filter_map(|scores| argmax(scores.iter().rev()));
    let last_of_equals: Vec<_> = from_the_end.map(|position| classes - 1 - position).collect();
    page.say("If it were the last of them, the predictions would be:");
    page.show("last_of_equals", DMatrix::from_row_slice(1, samples, &last_of_equals));

    page.table(
        "samples",
        ["sample", "true class", "predicted class", "largest score", "others as large", "right?"],
        sample_rows(&scores, truth, predicted),
    );
    page.say("The share of the samples for which both positions agree:");
    let one_hot_truths = DMatrix::from_fn(samples, classes, |row, class| {
        one_hot::<Traced>(truth[row], classes)[class].clone()
    });
    let share_of_hits = page
        .value("share_of_hits", categorical_accuracy(&one_hot_truths, &scores)?.ok_or("there is no sample")?);

    page.with_the_default_inputs(|page| {
        let mut without_ties = (0..samples).filter(|&sample| rivals[sample] == 0);
        let hits_of_last = Confusion::new(truth, &last_of_equals, classes)?.accuracy();
        page.claim(
            Origin::Said("in the answer, on argmax"),
            "Normally the position of the largest score is the predicted label.",
            2 * tied < samples && without_ties.all(|sample| predicted[sample] == last_of_equals[sample]),
            format!(
                "In {} of {samples} samples here there is one largest score. The exceptions: where two are equally \
                 large, the library decides (if ties went to the last class instead, the accuracy would be {} and \
                 not {}), and where labels do not count from 0, the position has to be looked up among them.",
                samples - tied,
                or_undefined(hits_of_last),
                percent(&share_of_hits),
            ),
        );
        Ok(())
    })?;

    page.section("The confusion matrix, row by row");
    page.say(
        "A row is a true class, a column a predicted one. (So it is in scikit-learn; in R's caret it is the other way \
         round, so look before you read.) For each true class, take its samples and count what they are predicted as:",
    );
    let counted = Confusion::new(truth, predicted, classes)?;
    page.table(
        "confusion_rows",
        ["true class", "its samples", "predicted as"],
        confusion_rows(truth, predicted, classes),
    );
    let confusion = page.show("confusion", counted.counts().clone());

    page.figure(
        "confusion_heatmap",
        format!(
            "The confusion matrix as coloured cells. {} of {samples} samples stand on the diagonal.",
            counted.counts().trace(),
        ),
        Chart::Heatmap {
            values: counted.counts().map(|count| count as f64),
            rows: "true class",
            columns: "predicted class",
            decimals: Some(0),
        },
    );
    page.say(
        "Correct predictions are on the diagonal, and the accuracy is the diagonal's share of the whole:",
    );
    page.formula(
        r"\text{accuracy} = \frac{\sum_i C_{ii}}{\sum_{i,j} C_{ij}}",
        "accuracy = Σ C[i,i] / Σ C[i,j]",
    );
    let diagonal = page.value("diagonal", confusion.trace());
    let total = page.value("total = Σ( confusion )", confusion.sum());
    let accuracy = page.value("accuracy = diagonal / total", diagonal.clone() / total.clone());

    page.with_the_default_inputs(|page| {
        let (true_training, true_held_out) = truth.split_at(TRAINING);
        let (predicted_training, predicted_held_out) = predicted.split_at(TRAINING);
        let training = Confusion::new(true_training, predicted_training, classes)?;
        let held_out = Confusion::new(true_held_out, predicted_held_out, classes)?;
        let over_training = |set: &Confusion| Exact::new(set.counts().trace().into(), TRAINING.into());
        page.claim(
            Origin::Said("in the answer, on the confusion matrix"),
            "The accuracy is the sum of the main diagonal over the total number of training instances.",
            ClaimVerdict::under(
                "the training instances are the ones that were evaluated",
                held_out.accuracy() == Some(over_training(&held_out)),
                training.accuracy() == Some(over_training(&training)) && accuracy == share_of_hits,
            ),
            format!(
                "The number to divide by is that of the samples in the matrix, whichever they are: {} of {} is {}, \
                 as comparing the positions sample by sample gave. Suppose the first {TRAINING} were for training \
                 and the other {} held out. Of those {} is right, {}; divided by the number of training instances \
                 it would be {}.",
                decimal(&diagonal, 0),
                decimal(&total, 0),
                percent(&accuracy),
                held_out.counts().sum(),
                held_out.counts().trace(),
                or_undefined(held_out.accuracy()),
                percent(over_training(&held_out)),
            ),
        );
        Ok(())
    })?;

    page.section("Recall and precision of each class");
    page.say(
        "Recall goes along a row: of the samples that are of a class, how many are found? Precision goes down a \
         column: of the samples that are predicted as a class, how many really are of it? Nothing divided by \
         nothing is undefined, so a class that is never true has no recall, and one that is never predicted no \
         precision.",
    );
    page.ask(
        "Which of the two can a classifier make perfect for one class by always predicting that class?",
        "Its recall: it misses none. The precision is then only the share of that class among all samples.",
    );
    page.table(
        "classes",
        ["class", "true", "predicted", "right", "recall", "precision"],
        class_rows(&counted, &confusion),
    );
    page.with_the_default_inputs(|page| {
        let mean_recall = counted.balanced_accuracy().ok_or("there is no sample")?;
        page.claim(
            Origin::Said("in the question, where it quotes the definition"),
            "The index of the largest true value is compared with that of the largest predicted value, and the mean is \
             taken over all predictions.",
            share_of_hits == accuracy && accuracy != mean_recall,
            format!(
                "Every prediction counts the same, and the mean is {}. The mean over the classes, where every class \
                 counts the same, is another number, the mean recall or balanced accuracy: {}.",
                percent(&accuracy),
                percent(&mean_recall),
            ),
        );
        let transposed = Confusion::new(predicted, truth, classes)?;
        let counted_by_hand = DMatrix::from_fn(classes, classes, |y_true, y_pred| {
            (0..samples).filter(|&sample| (truth[sample], predicted[sample]) == (y_true, y_pred)).count()
        });
        page.claim(
            Origin::Said("in the answer, on the confusion matrix"),
            "One axis is the true value and the other the predicted one; the cells are CM[y_true][y_pred].",
            counted_by_hand == *counted.counts(),
            format!(
                "So the rows are the truth, as on this page. It matters which: transposed, the matrix still gives \
                 an accuracy of {}, but recall and precision change places. For class 0, read along the row, it \
                 would be {} and not {}.",
                percent(&accuracy),
                or_undefined(transposed.outcomes(0).recall()),
                or_undefined(counted.outcomes(0).recall()),
            ),
        );
        Ok(())
    })?;

    equal_accuracy(page);
    metrics_of_keras(page, &scores, truth, &accuracy);

    page.section("Now with boxes");
    page.say(
        "A box is four numbers, and nothing keeps a program from comparing the true four with the predicted four by \
         categorical accuracy. It takes them for the scores of four classes, named xmin, ymin, xmax and ymax.",
    );
    let (truth, predicted) = (BoundingBox::from_row(&true_box)?, BoundingBox::from_row(&predicted_box)?);
    let errors = truth.absolute_errors(&predicted);
    let is_right = |i: usize| errors[i] == Exact::ZERO;
    page.table(
        "coordinates",
        ["coordinate", "true", "predicted", "off by", "the same?"],
        coordinate_rows(&true_box, &predicted_box, &errors),
    );
    let agreeing = (0..4).filter(|&i| is_right(i)).count();
    let box_accuracy = categorical_accuracy(&true_box, &predicted_box)?.ok_or("there is no box")?;
    page.ask(
        format!("The two boxes agree in {agreeing} of 4 coordinates. What does categorical accuracy say?"),
        format!(
            "{}. The largest number of the true box is its {}, that of the predicted box its {}. Only these two \
             positions are compared.",
            percent(&box_accuracy),
            largest(&true_box),
            largest(&predicted_box),
        ),
    );
    let stretched = predicted_box.clone();
    let lower = stretched[2].clone().maximum(stretched[3].clone()) + 1.into();
    page.say(format!(
        "Now stretch the predicted box downwards, to ymax = {}. The other three coordinates stay where they are.",
        decimal(&lower, 4)
    ));
    let stretched_box = page.show("stretched_box", stretched.remove_column(3).insert_column(3, lower));
    let stretched_accuracy = page.value(
        "stretched_accuracy",
        categorical_accuracy(&true_box, &stretched_box)?.ok_or("there is no box")?,
    );
    page.say(format!(
        "The largest number of the stretched box is its {}, that of the true box still its {}.",
        largest(&stretched_box),
        largest(&true_box)
    ));
    page.say("And a third pair of boxes. Three coordinates agree, and one is off by a little:");
    let nearly_true = page.show("nearly_true", literal("10 10 60 61"));
    let nearly_predicted = page.show("nearly_predicted", literal("10 10 62 61"));
    let nearly_accuracy = page.value(
        "nearly_accuracy",
        categorical_accuracy(&nearly_true, &nearly_predicted)?.ok_or("there is no box")?,
    );
    page.say(format!(
        "The largest number has moved from {} to {}, and so a box that is nearly right gets 0.",
        largest(&nearly_true),
        largest(&nearly_predicted),
    ));
    page.with_the_default_inputs(|page| {
        let [xmin, ymin, xmax, ymax] = inputs.predicted_box.corners().clone();
        let moved = BoundingBox::new([(&xmin + &xmax) / Exact::from_integer(2.into()), ymin, xmax, ymax])?;
        let moved_accuracy = categorical_accuracy(&inputs.true_box.row(), &moved.row())?;
        page.answer(
            "in the question",
            "Does it check whether the predicted xmin equals the real xmin?",
            format!(
                "No. With the predicted xmin moved from {} to {}, away from the real {}, it still says {}.",
                decimal(&xmin, 4),
                decimal(&moved.corners()[0], 4),
                decimal(&true_box[0], 4),
                or_undefined(moved_accuracy),
            ),
        );
        let [hits, misses] = pairs_of_the_question();
        page.answer(
            "in the question",
            "If xmin and xmax are the same in both boxes, and ymin and ymax differ, would I get 50 %?",
            format!(
                "Never for one box: it gets {} or {}. Among all pairs of boxes with whole coordinates from 0 to {} \
                 that meet this condition, {hits} get {} and {misses} get {}. The two pairs above meet it, and one \
                 of each comes out.",
                percent(&box_accuracy),
                percent(&stretched_accuracy),
                GRID - 1,
                percent(&box_accuracy),
                percent(&stretched_accuracy)
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
    let largest_coordinate = page.show(
        "largest_coordinate",
        DMatrix::from_fn(1, 4, |_, i| {
            boxes_on_grid(GRID).filter(|each| argmax(each.corners()) == Some(i)).count()
        }),
    );
    page.say(
        "Draw one of these boxes at random as the truth, and another, independently, as the prediction. Categorical \
         accuracy calls the prediction right with this probability:",
    );
    let all_boxes = page.value("all_boxes = Σ( largest_coordinate )", largest_coordinate.sum());
    page.value(
        "agreement_by_chance = Σ( largest_coordinate ∘ largest_coordinate ) / ( all_boxes · all_boxes )",
        largest_coordinate.component_mul(&largest_coordinate).sum() / (all_boxes.clone() * all_boxes),
    );
    let tied = boxes_on_grid(GRID).filter(|each| each.corners()[2] == each.corners()[3]).count();
    page.say(format!(
        "So a prediction that knows nothing about the object gets more than half. It is not exactly one half \
         because in {tied} of the boxes xmax and ymax are equal, and all of these count for xmax."
    ));

    page.section("What to ask of boxes instead");
    page.say("First, by how much each coordinate is off, and the mean of the four:");
    let coordinate_errors = page.show("coordinate_errors", errors);
    let mean_error =
        page.value("mean_error = Σ( coordinate_errors ) / 4", coordinate_errors.sum() / 4.into());

    page.say(
        "Second, how much of the area that either box covers is covered by both: intersection over union, 1 for \
         identical boxes and 0 for boxes that do not overlap. The overlap begins at the larger of both minima and \
         ends at the smaller of both maxima:",
    );
    page.formula(
        r"\text{IoU} = \frac{|A \cap B|}{|A \cup B|} = \frac{|A \cap B|}{|A| + |B| - |A \cap B|}",
        "IoU = |A ∩ B| / |A ∪ B| = |A ∩ B| / (|A| + |B| − |A ∩ B|)",
    );
    let overlap = page.show("overlap", truth.overlap(&predicted));

    page.say(
        "Its width, height and area; what would be negative counts as 0, for then the boxes do not overlap:",
    );
    let overlap_size = page.show("overlap_size", sides(&overlap));
    let intersection_area =
        page.value("intersection_area", overlap_size[0].clone() * overlap_size[1].clone());

    page.say("Width times height of each box:");
    let true_area = page.value("true_area", truth.area());
    let predicted_area = page.value("predicted_area", predicted.area());

    page.say("In the sum of both areas the overlap is counted twice, so once too often:");
    let union_area = page.value(
        "union_area = true_area + predicted_area − intersection_area",
        true_area + predicted_area - intersection_area.clone(),
    );
    let iou =
        page.value("iou = intersection_area / union_area", intersection_area.clone() / union_area.clone());

    let stretched = [(&predicted_box, &stretched_box)];
    let nearly = [(&true_box, &nearly_true), (&predicted_box, &nearly_predicted)];
    page.figure(
        "boxes",
        format!(
            "Two rectangles, y downwards: the true box {}, the predicted one {}. The area that both cover is {}, that \
             which either covers {}.",
            place(&true_box),
            place(&predicted_box),
            decimal(&intersection_area, 4),
            decimal(&union_area, 4),
        ),
        drawn(&true_box, &predicted_box, &overlap),
    );
    page.say("And the pair that is nearly perfect:");
    page.figure(
        "nearly_perfect_boxes",
        format!(
            "Two rectangles, y downwards, that nearly cover each other: the true box {}, the predicted one {}.",
            place(&nearly_true),
            place(&nearly_predicted),
        ),
        drawn(&nearly_true, &nearly_predicted, &overlap.map(|corner| corner.at(&nearly).into())),
    );
    page.say(
        "All three pairs under all three measures. Categorical accuracy tells only whether the same coordinate is \
         the largest in both boxes. The mean error is 0 only for identical boxes, and intersection over union is 1 \
         only for them. Boxes that do not overlap, even if they touch, have an intersection over union of 0, \
         however far apart they are; the mean error still tells.",
    );
    let right = |truth: &DMatrix<Traced>, predicted: &DMatrix<Traced>| {
        (0..4).filter(|&i| truth[i] == predicted[i]).count()
    };
    page.table(
        "measures",
        ["pair", "coordinates right", "categorical accuracy", "mean error", "intersection over union"],
        vec![
            [
                "given boxes".into(),
                agreeing.into(),
                (&box_accuracy).into(),
                (&mean_error).into(),
                (&iou).into(),
            ],
            [
                "stretched".into(),
                right(&true_box, &stretched_box).into(),
                (&stretched_accuracy).into(),
                mean_error.at(&stretched).into(),
                iou.at(&stretched).into(),
            ],
            [
                "nearly perfect".into(),
                right(&nearly_true, &nearly_predicted).into(),
                (&nearly_accuracy).into(),
                mean_error.at(&nearly).into(),
                iou.at(&nearly).into(),
            ],
        ],
    );
    page.headline(
        Origin::Page,
        "Categorical accuracy gives a single box all or nothing, however many of its coordinates are right.",
        [&Traced::from(&box_accuracy), &stretched_accuracy, &nearly_accuracy]
            .into_iter()
            .all(|accuracy| *accuracy == Traced::from(0) || *accuracy == Traced::from(1)),
        format!(
            "With xmin and xmax right, and ymin and ymax wrong, one box gets {} and another {}, and none gets 50 %; \
             a nearly perfect box, with 3 of 4 coordinates right and {} of the area shared, gets {}. Categorical \
             accuracy only compares where the largest coordinate stands.",
            percent(&box_accuracy),
            percent(&stretched_accuracy),
            percent(iou.at(&nearly)),
            percent(&nearly_accuracy),
        ),
    );

    page.section("How detectors are scored");
    page.say(
        "Object detection asks for more than a mean. A predicted box counts as right if its class is right and its \
         intersection over union with the true box passes a threshold: 0.5 in the PASCAL VOC challenge, and in the \
         COCO challenge ten of them, from 0.5 in steps of 0.05 to 0.95. How do our three pairs do?",
    );
    let ious = [
        ("given boxes", iou.value().clone()),
        ("stretched", iou.at(&stretched)),
        ("nearly perfect", iou.at(&nearly)),
    ];
    page.table(
        "thresholds",
        ["pair", "intersection over union", "right at 0.5?", "right at 0.75?", "how many of COCO's ten"],
        ious.map(|(name, iou)| at_thresholds(name, &iou)).into(),
    );
    page.say(
        "From there on it is precision and recall again: the detections are sorted by their scores, precision is \
         plotted against recall, and the area under that curve, averaged over the classes, is the mean average \
         precision, mAP. As a loss to train with, intersection over union has no slope for boxes that are apart. \
         Generalised IoU (Rezatofighi et al. 2019) also looks at the smallest box around both, and subtracts the \
         share of it that neither covers.",
    );

    page.section("Exercises");
    let most =
        (0..classes).map(|class| counted.counts().row(class).sum()).max().ok_or("there is no class")?;
    page.exercise(
        "A classifier always answers with a class that is true most often. How accurate is it on these samples?",
        format!(
            "{}: no class is true for more than {most} of {samples} samples.",
            percent(Exact::new(most.into(), samples.into())),
        ),
    );
    let tenfold = scores.map(|score| score * 10.into() + 1.into());
    page.exercise(
        "Multiply all scores by 10 and add 1. They add up to 1 no longer, if they did before. What becomes of the \
         accuracy?",
        format!(
            "It stays {}. Only the order of a sample's scores counts, not how sure they sound.",
            or_undefined(categorical_accuracy(&one_hot_truths, &tenfold)?)
        ),
    );
    let away = (0..2).map(|axis| true_box[axis + 2].clone() - predicted_box[axis].clone());
    let away = away.reduce(Traced::minimum).unwrap_or(0.into()).maximum(0.into());
    let apart = predicted_box.map(|coordinate| coordinate + away.clone());
    page.exercise(
        "Move the predicted box to the right and down, by the same distance, until the two no longer overlap \
         (`--predicted-box`). What do both measures say?",
        format!(
            "Moved by {}, intersection over union is {}, and so it stays further on; categorical accuracy is still {}: \
             all four coordinates grow alike, and the largest stays the largest.",
            decimal(&away, 4),
            decimal(iou.at(&[(&predicted_box, &apart)]), 4),
            or_undefined(categorical_accuracy(&true_box, &apart)?),
        ),
    );
    page.numpy(include_str!("numpy/categorical_accuracy.py"));
    Ok(())
}

/// What the page shows as class indices, to count with.
fn classes_of(shown: &DMatrix<Traced>, classes: usize) -> Result<Vec<usize>, String> {
    let index = |entry: &Traced| (0..classes).find(|&class| *entry == Traced::from(class));
    shown.iter().map(index).collect::<Option<_>>().ok_or_else(|| format!("a class is none of the {classes}"))
}

/// Two classifiers that are right equally often, one of which never finds a class.
fn equal_accuracy(page: &mut Page) {
    page.section("Equal accuracy, unequal classifiers");
    let (balanced, skewed) =
        (Confusion::of_counts([[9, 1], [1, 9]]), Confusion::of_counts([[18, 0], [2, 0]]));
    page.say("Two other sets, of two classes each: in the first both classes are equally common, in the second they \
     are not.");
    page.ask(
        format!(
            "In the second set, {} of {} samples are of class 0. How accurate is a classifier that never looks \
             and always says 0?",
            skewed.counts().row(0).sum(),
            skewed.counts().sum(),
        ),
        format!(
            "{}, just as accurate as the classifier of the first set, which finds {} of each class.",
            or_undefined(skewed.accuracy()),
            or_undefined(balanced.outcomes(0).recall()),
        ),
    );
    page.show("balanced", balanced.counts().clone());
    page.show("skewed", skewed.counts().clone());

    let sets = [("balanced", &balanced), ("skewed", &skewed)];
    page.table(
        "equal_accuracy",
        ["set", "accuracy", "recall of 0", "recall of 1", "precision of 0", "precision of 1"],
        sets.map(|(name, set)| {
            let [zero, one] = [0, 1].map(|class| set.outcomes(class));
            let recalls = [zero.recall(), one.recall()].map(score);
            let precisions = [zero.precision(), one.precision()].map(score);
            let ([found_0, found_1], [right_0, right_1]) = (recalls, precisions);
            [name.into(), score(set.accuracy()), found_0, found_1, right_0, right_1]
        })
        .into(),
    );
    let [of_balanced, of_skewed] = [&balanced, &skewed].map(|set| {
        [0, 1]
            .map(|class| set.outcomes(class).recall().map_or(f64::NAN, |recall| Value::from(recall).to_f64()))
    });
    page.figure(
        "recall_by_class",
        format!(
            "Bars of the recall of both classes. Balanced: {}. Skewed: {}. The accuracy of both sets is {}.",
            of_balanced.map(|recall| decimal(recall, 2)).join(" and "),
            of_skewed.map(|recall| decimal(recall, 2)).join(" and "),
            or_undefined(skewed.accuracy()),
        ),
        Chart::Bars {
            y: Axis::linear("recall"),
            groups: vec!["class 0".to_owned(), "class 1".to_owned()],
            bars: vec![Bar::new("balanced", of_balanced.into()), Bar::new("skewed", of_skewed.into())],
        },
    );
}

/// What other metrics of Keras make of the same scores.
fn metrics_of_keras(page: &mut Page, scores: &DMatrix<Traced>, truth: &[usize], accuracy: &Traced) {
    page.section("What the other accuracies of Keras compute");
    page.say(
        "Keras has several accuracies, and the plain word `accuracy` picks one of them by the shapes of truth and \
         scores. Categorical accuracy wants the truth one-hot, sparse categorical accuracy as an index; they agree. \
         Binary accuracy puts each score on its own: is it above ½ where the truth is 1, and not above ½ where it \
         is 0? Top-2 accuracy is content if the true class is among the two with the largest scores. On the samples \
         of this page:",
    );
    let half = Traced::from(Exact::new(1.into(), 2.into()));
    let share = |right: usize, of: usize| Exact::new(right.into(), of.into());
    let (samples, classes) = scores.shape();
    let above = |sample: usize, class: usize| scores[(sample, class)] > half;
    let entries = (0..samples).flat_map(|sample| (0..classes).map(move |class| (sample, class)));
    let binary = entries.filter(|&(sample, class)| above(sample, class) == (truth[sample] == class)).count();
    let among_two = |&sample: &usize| {
        let larger = |class: &usize| scores[(sample, *class)] > scores[(sample, truth[sample])];
        (0..classes).filter(larger).count() < 2
    };
    page.table(
        "keras_metrics",
        ["metric", "what is compared", "share"],
        vec![
            ["categorical".into(), "the largest score with the one-hot truth".into(), accuracy.into()],
            ["sparse categorical".into(), "the largest score with the index".into(), accuracy.into()],
            [
                "binary".into(),
                "every score with every 0 or 1".into(),
                share(binary, samples * classes).into(),
            ],
            [
                "top 2".into(),
                "the two largest scores with the truth".into(),
                share((0..samples).filter(among_two).count(), samples).into(),
            ],
        ],
    );
    page.say(
        "None of them is made for the coordinates of a box. Those are no classes but numbers, as in a regression, \
         and Keras measures them by the mean absolute or mean squared error. (Its `MeanIoU` compares maps of \
         classes, pixel by pixel, and not corners of boxes.)",
    );
}

fn sample_rows(scores: &DMatrix<Traced>, truth: &[usize], predicted: &[usize]) -> Vec<[Field; 6]> {
    let row = |(i, (&truth, &predicted)): (usize, (&usize, &usize))| {
        let (largest, rivals) = ((&scores[(i, predicted)]).into(), rivals(scores.row(i).iter()).into());
        [i.into(), truth.into(), predicted.into(), largest, rivals, yes_or_no(truth == predicted)]
    };
    truth.iter().zip(predicted).enumerate().map(row).collect()
}

fn confusion_rows(truth: &[usize], predicted: &[usize], classes: usize) -> Vec<[Field; 3]> {
    let row = |class: usize| {
        let of_class: Vec<_> = (0..truth.len()).filter(|&sample| truth[sample] == class).collect();
        let as_class = of_class.iter().map(|&sample| predicted[sample]);
        [class.into(), in_words(of_class.iter().copied()), in_words(as_class)]
    };
    (0..classes).map(row).collect()
}

fn class_rows(counted: &Confusion, confusion: &DMatrix<Traced>) -> Vec<[Field; 6]> {
    let row = |class: usize| {
        let [truth, predicted] = [confusion.row(class).sum(), confusion.column(class).sum()].map(Field::from);
        let (right, outcomes) = ((&confusion[(class, class)]).into(), counted.outcomes(class));
        [class.into(), truth, predicted, right, score(outcomes.recall()), score(outcomes.precision())]
    };
    (0..confusion.nrows()).map(row).collect()
}

fn coordinate_rows(
    truth: &DMatrix<Traced>,
    predicted: &DMatrix<Traced>,
    errors: &DMatrix<Traced>,
) -> Vec<[Field; 5]> {
    let row = |i: usize| {
        let [truth, predicted, off_by] = [truth, predicted, errors].map(|row| (&row[i]).into());
        [COORDINATES[i].into(), truth, predicted, off_by, yes_or_no(errors[i] == Exact::ZERO)]
    };
    (0..4).map(row).collect()
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

/// Whether an intersection over union is enough.
fn at_thresholds(name: &'static str, iou: &Value) -> [Field; 5] {
    let reaches = |twentieths: usize| *iou >= Value::from(Exact::new(twentieths.into(), 20.into()));
    let passed = (10..20).filter(|&twentieths| reaches(twentieths)).count();
    [name.into(), iou.clone().into(), yes_or_no(reaches(10)), yes_or_no(reaches(15)), passed.into()]
}

fn largest(row: &DMatrix<Traced>) -> &'static str {
    argmax(row).map_or("", |position| COORDINATES[position])
}

fn place(row: &DMatrix<Traced>) -> String {
    let [xmin, ymin, xmax, ymax] = [0, 1, 2, 3].map(|i| decimal(&row[i], 4));
    format!("from ({xmin}, {ymin}) to ({xmax}, {ymax})")
}

/// Two boxes and, where it has an area, what both cover.
fn drawn(truth: &DMatrix<Traced>, predicted: &DMatrix<Traced>, overlap: &DMatrix<Traced>) -> Chart {
    let rectangle = |(label, row): (&str, &DMatrix<Traced>)| {
        let [xmin, ymin, xmax, ymax] = [0, 1, 2, 3].map(|i| row[i].value().to_f64());
        Rectangle::new(label, (xmin, ymin), (xmax, ymax))
    };
    let both = BoundingBox::from_row(overlap).is_ok().then_some(("both", overlap));
    let rectangles = [("true", truth), ("predicted", predicted)].into_iter().chain(both);
    let [x, y] = ["x", "y"].map(Axis::linear);
    Chart::Rectangles { x, y, rectangles: rectangles.map(rectangle).collect() }
}

fn percent(share: impl Into<Value>) -> String {
    format!("{} %", decimal(share.into() * 100.into(), 2))
}

/// A share, in percent, which there is none of nothing.
fn or_undefined(share: Option<Exact>) -> String {
    share.map_or("undefined".to_owned(), percent)
}

fn score(share: Option<Exact>) -> Field {
    share.map_or("undefined".into(), Field::from)
}

fn yes_or_no(yes: bool) -> Field {
    if yes { "yes" } else { "no" }.into()
}

fn in_words(numbers: impl Iterator<Item = usize>) -> Field {
    let words: Vec<_> = numbers.map(|number| number.to_string()).collect();
    if words.is_empty() { "none".into() } else { words.join(" ").into() }
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
