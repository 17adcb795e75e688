//! What categorical accuracy compares with what: classes, counted in a confusion matrix, and boxes, for which it is
//! the wrong question.

use clap::Args;
use nalgebra::DMatrix;
use std::process::ExitCode;
use worked_examples::Exact;
use worked_examples::class::Draw;
use worked_examples::cli::{self, KnownMistake, Topic, Unusable, class_indices, matrix};
use worked_examples::math::{
    BoundingBox, Confusion, Piecewise, argmax, boxes_on_grid, categorical_accuracy, one_hot, rivals, sides,
};
use worked_examples::notebook::{
    Axis, Bar, Chart, ClaimVerdict, Field, Origin, Page, Rectangle, Told, Traced, Value, decimal, literal,
    printed,
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
        "Somebody asks whether categorical accuracy would give a box 50 % if two of its four coordinates \
         were right. The answer explains argmax and the confusion matrix; both are worked through here.",
    ),
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
        "Further down there are two boxes, from (xmin, ymin) to (xmax, ymax), with y downwards as in images:",
    );
    let true_box = page.given("true_box", &inputs.true_box.row());
    let predicted_box = page.given("predicted_box", &inputs.predicted_box.row());

    page.section("One sample");
    page.say("The labels of the classes, and what the first sample scores in each:");
    let labels = page.show("labels", DMatrix::from_fn(1, classes, |_, class| class));
    page.audit(&labels, printed("0 1 2", 0));

    let preds = page.show("preds", scores.rows(0, 1).into_owned());
    page.audit(&preds, printed("0.25 0.5 0.25", 2));

    page.say(
        "`argmax` is the position of the largest entry, not the entry itself. The label that stands there is the \
         prediction.",
    );
    let argmax_preds = page.show("argmax_preds", DMatrix::from_iterator(1, 1, argmax(&preds)));
    page.audit(&argmax_preds, printed("1", 0));

    let [position] = classes_of(&argmax_preds, classes)?[..] else {
        return Err("one sample, one class".into());
    };
    let predicted_label = DMatrix::from_element(1, 1, labels[position].clone());
    let shown = page.show("predicted_label", predicted_label);
    page.audit(&shown, printed("1", 0));

    page.say("The truth can be written in the same form, called one-hot: 1 at the true class, 0 elsewhere.");
    page.show("one_hot_truth", one_hot::<Traced>(truth[0], classes));

    page.say(format!(
        "Categorical accuracy asks whether the largest entries of `one_hot_truth` and `preds` stand at the same \
         position: {} and {}. It asks nothing else.",
        truth[0], position,
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
            "The one with the lowest index: NumPy, JAX and PyTorch choose it, and so does this page. Here {tied} of \
             {samples} samples are tied.",
        ),
    );

    let from_the_end = scores.row_iter().filter_map(|scores| argmax(scores.iter().rev()));
    let last_of_equals: Vec<_> = from_the_end.map(|position| classes - 1 - position).collect();
    page.say("Were it the last of them, the predictions would be:");
    page.show("last_of_equals", DMatrix::from_row_slice(1, samples, &last_of_equals));

    page.table(
        "samples",
        ["sample", "true class", "predicted class", "largest score", "others as large", "right?"],
        (0..samples)
            .map(|i| {
                let (truth, predicted) = (truth[i], predicted[i]);
                let largest = (&scores[(i, predicted)]).into();
                [
                    i.into(),
                    truth.into(),
                    predicted.into(),
                    largest,
                    rivals[i].into(),
                    yes_or_no(truth == predicted),
                ]
            })
            .collect(),
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
            Origin::Page,
            "The position of the largest score is normally the predicted label.",
            ClaimVerdict::under(
                "no other class scores as much",
                predicted == last_of_equals,
                without_ties.all(|sample| predicted[sample] == last_of_equals[sample]),
            ),
            format!(
                "In {} of {samples} samples there is one largest score. If ties went to the last class instead, the \
                 accuracy would be {} and not {}. (That the position itself is the label is due to labels that count \
                 from {}.)",
                samples - tied,
                or_undefined(hits_of_last),
                percent(&share_of_hits),
                decimal(&labels[0], 0),
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
        ["true class", "its samples", "predicted as", "row of the matrix"],
        (0..classes)
            .map(|class| {
                let of_class: Vec<_> = (0..samples).filter(|&sample| truth[sample] == class).collect();
                let as_class = of_class.iter().map(|&sample| predicted[sample]);
                let row = counted.counts().row(class);
                [
                    class.into(),
                    in_words(of_class.iter().copied()),
                    in_words(as_class),
                    in_words(row.iter().copied()),
                ]
            })
            .collect(),
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

    page.claim(
        Origin::Page,
        "The accuracy is the sum of the diagonal of the confusion matrix over the number of instances.",
        accuracy == share_of_hits,
        format!(
            "{} of {} is {}, which is what comparing the positions row by row gave.",
            decimal(&diagonal, 0),
            decimal(&total, 0),
            percent(&accuracy)
        ),
    );
    page.with_the_default_inputs(|page| {
        let (true_training, true_held_out) = truth.split_at(TRAINING);
        let (predicted_training, predicted_held_out) = predicted.split_at(TRAINING);
        let training = Confusion::new(true_training, predicted_training, classes)?;
        let held_out = Confusion::new(true_held_out, predicted_held_out, classes)?;
        let over_training = |set: &Confusion| Exact::new(set.counts().trace().into(), TRAINING.into());
        page.claim(
            Origin::Page,
            "The diagonal is divided by the number of training instances.",
            ClaimVerdict::under(
                "the training instances are the ones that were evaluated",
                held_out.accuracy() == Some(over_training(&held_out)),
                training.accuracy() == Some(over_training(&training)),
            ),
            format!(
                "It is the number of samples in the matrix, whichever they are. Were the first {TRAINING} for \
                 training and the other {} held out, {} of those would be right, {}; divided by the number of \
                 training instances it would be {}.",
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
         column: of the samples that are predicted as a class, how many really are of it? Nothing divided by nothing is \
         undefined, so a class that is never true has no recall, and one that is never predicted no precision.",
    );
    page.ask(
        "Which of the two can a classifier make perfect for one class by always predicting that class?",
        "Its recall: it misses none. The precision is then only the share of that class among all samples.",
    );
    page.table(
        "classes",
        ["class", "true", "predicted", "right", "recall", "precision"],
        (0..classes)
            .map(|class| {
                let [truth, predicted] =
                    [confusion.row(class).sum(), confusion.column(class).sum()].map(Field::from);
                let right = (&confusion[(class, class)]).into();
                let outcomes = counted.outcomes(class);
                [class.into(), truth, predicted, right, score(outcomes.recall()), score(outcomes.precision())]
            })
            .collect(),
    );
    page.with_the_default_inputs(|page| {
        let mean_recall = counted.balanced_accuracy().ok_or("there is no sample")?;
        page.claim(
            Origin::Page,
            "Categorical accuracy is the mean over all predictions.",
            share_of_hits == accuracy && accuracy != mean_recall,
            format!(
                "Every prediction counts the same, and the mean is {}. The mean over the classes, where every class \
                 counts the same, is another number, the mean recall or balanced accuracy: {}.",
                percent(&accuracy),
                percent(&mean_recall),
            ),
        );
        let transposed = Confusion::new(predicted, truth, classes)?;
        page.claim(
            Origin::Page,
            "One axis of the matrix is the truth and the other the prediction, whichever.",
            ClaimVerdict::under(
                "nothing but the accuracy is read off",
                (0..classes).all(|class| counted.outcomes(class) == transposed.outcomes(class)),
                counted.accuracy() == transposed.accuracy(),
            ),
            format!(
                "Transposed, the matrix still gives {}, but recall and precision change places: for class 0, read \
                 along the row, {} here and {} there.",
                percent(&accuracy),
                or_undefined(counted.outcomes(0).recall()),
                or_undefined(transposed.outcomes(0).recall()),
            ),
        );
        Ok(())
    })?;

    equal_accuracy(page);

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
        (0..4)
            .map(|i| {
                let [truth, predicted, off_by] =
                    [&true_box, &predicted_box, &errors].map(|row| (&row[i]).into());
                [COORDINATES[i].into(), truth, predicted, off_by, yes_or_no(is_right(i))]
            })
            .collect(),
    );
    let agreeing = (0..4).filter(|&i| is_right(i)).count();
    let share_agreeing = Exact::new(agreeing.into(), 4.into());

    let box_accuracy = categorical_accuracy(&true_box, &predicted_box)?.ok_or("there is no box")?;
    let hundred = Exact::from_integer(100.into());
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
    let box_accuracy_percent =
        page.show("box_accuracy_percent", DMatrix::from_element(1, 1, &box_accuracy * &hundred));
    page.audit(
        &box_accuracy_percent,
        printed("50", 0).slip(
            (0, 0),
            "taking the share of the coordinates that agree",
            &share_agreeing * hundred,
        ),
    );

    page.say("Another pair of boxes. Three coordinates agree, and one is off by a little:");
    let nearly_true = page.show("nearly_true", literal("10 10 60 61"));
    let nearly_predicted = page.show("nearly_predicted", literal("10 10 62 61"));
    let nearly_accuracy = page.value(
        "nearly_accuracy",
        categorical_accuracy(&nearly_true, &nearly_predicted)?.ok_or("there is no box")?,
    );
    page.say(format!(
        "The largest number has moved from {} to {}, and so a box that is nearly right scores 0.",
        largest(&nearly_true),
        largest(&nearly_predicted),
    ));
    page.with_the_default_inputs(|page| {
        let [xmin, ymin, xmax, ymax] = inputs.predicted_box.corners().clone();
        let moved = BoundingBox::new([(&xmin + &xmax) / Exact::from_integer(2.into()), ymin, xmax, ymax])?;
        let moved_accuracy = categorical_accuracy(&inputs.true_box.row(), &moved.row())?;
        page.claim(
            Origin::Page,
            "It checks whether the predicted xmin is the true xmin.",
            moved_accuracy.as_ref() != Some(&box_accuracy),
            format!(
                "With the predicted xmin moved from {} to {}, away from the true {}, it still says {}.",
                decimal(&xmin, 4),
                decimal(&moved.corners()[0], 4),
                decimal(&true_box[0], 4),
                or_undefined(moved_accuracy),
            ),
        );
        Ok(())
    })?;

    page.section("Which coordinate can be the largest?");
    page.ask(
        "Of xmin, ymin, xmax and ymax of a box: which can be the largest?",
        "Only xmax or ymax. A box has an area, so xmin < xmax and ymin < ymax: neither xmin nor ymin can be the \
         largest of the four. For valid boxes two of the four “classes” never occur.",
    );
    page.say(format!(
        "In how many boxes xmin, ymin, xmax and ymax are the largest, counted over all boxes whose coordinates are \
         whole numbers from 0 to {}; where xmax and ymax are equal, xmax comes first and is taken:",
        GRID - 1
    ));
    let largest_coordinate = page.show(
        "largest_coordinate",
        DMatrix::from_fn(1, 4, |_, i| {
            boxes_on_grid(GRID).filter(|each| argmax(each.corners()) == Some(i)).count()
        }),
    );
    page.say(
        "Draw one of these boxes blindly as the truth, and again one of them all as the prediction. Categorical accuracy \
         calls the prediction right with this probability:",
    );
    let all_boxes = page.value("all_boxes = Σ( largest_coordinate )", largest_coordinate.sum());
    page.value(
        "agreement_by_chance = Σ( largest_coordinate ∘ largest_coordinate ) / ( all_boxes · all_boxes )",
        largest_coordinate.component_mul(&largest_coordinate).sum() / (all_boxes.clone() * all_boxes),
    );

    page.section("What to ask of boxes instead");
    page.say("First, by how much each coordinate is off, and the mean of the four:");
    let coordinate_errors = page.show("coordinate_errors", errors);
    let mean_error =
        page.value("mean_error = Σ( coordinate_errors ) / 4", coordinate_errors.sum() / 4.into());

    page.say(
        "Second, how much of the area that either box covers is covered by both: intersection over union, 1 for equal \
         boxes and 0 for boxes that do not overlap. The overlap begins at the larger of both minima and ends at the \
         smaller of both maxima:",
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
        "Both pairs under all three measures. The first tells only whether the same coordinate is the largest in both \
         boxes. The mean error is 0 only for identical boxes, and intersection over union is 1 only for them. Once boxes \
         do not overlap, the latter is 0 however far they are apart; the mean error still tells.",
    );
    page.table(
        "measures",
        ["pair", "categorical accuracy", "mean error", "intersection over union"],
        vec![
            ["the given boxes".into(), (&box_accuracy).into(), (&mean_error).into(), (&iou).into()],
            [
                "nearly perfect".into(),
                (&nearly_accuracy).into(),
                mean_error.at(&nearly).into(),
                iou.at(&nearly).into(),
            ],
        ],
    );
    page.headline(
        Origin::Page,
        "If xmin and xmax are right, and ymin and ymax are wrong, categorical accuracy is 50 %.",
        box_accuracy == share_agreeing,
        format!(
            "Two boxes that agree in {agreeing} of 4 coordinates and share {} of the area they cover get {}; two that \
             agree in 3 of 4 and share {} get {}: categorical accuracy only compares where the largest coordinate \
             stands, so one box gets all or nothing.",
            percent(&iou),
            percent(&box_accuracy),
            percent(iou.at(&nearly)),
            percent(&nearly_accuracy),
        ),
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
    page.say("Two other sets, of two classes each: in the first both classes are equally common, in the second they are not.");
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
