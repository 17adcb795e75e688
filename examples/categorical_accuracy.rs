//! What categorical accuracy compares with what: classes, counted in a confusion matrix, and boxes, for which it is
//! the wrong question.

use clap::Args;
use nalgebra::DMatrix;
use std::process::ExitCode;
use worked_examples::Exact;
use worked_examples::class::Draw;
use worked_examples::cli::{self, Topic, Unusable, matrix};
use worked_examples::math::{BoundingBox, Confusion, argmax, categorical_accuracy, one_hot};
use worked_examples::notebook::{
    Axis, Bar, Chart, ClaimVerdict, Field, Page, Rectangle, Told, Value, decimal, printed,
};

/// What is given.
#[derive(Args, PartialEq)]
pub struct Inputs {
    /// A row a sample, a column a class: what the classifier gives each class
    #[arg(long, value_parser = matrix, allow_hyphen_values = true, value_name = "MATRIX")]
    #[arg(
        default_value = ".25 .5 .25; .7 .2 .1; .1 .3 .6; .4 .4 .2; .5 .3 .2; .2 .7 .1; .1 .1 .8; .6 .3 .1"
    )]
    pub scores: DMatrix<Exact>,
    /// The true class of each sample, counted from 0
    #[arg(long, value_parser = indices, allow_hyphen_values = true, value_name = "INDICES")]
    #[arg(default_value = "1 0 2 1 0 2 2 1")]
    pub truth: DMatrix<usize>,
    /// Where an object is: xmin ymin xmax ymax
    #[arg(long, value_parser = bounding_box, allow_hyphen_values = true, value_name = "BOX")]
    #[arg(default_value = "2 1 8 4")]
    pub true_box: BoundingBox<Exact>,
    /// Where it was predicted to be: xmin ymin xmax ymax
    #[arg(long, value_parser = bounding_box, allow_hyphen_values = true, value_name = "BOX")]
    #[arg(default_value = "2 3 8 7")]
    pub predicted_box: BoundingBox<Exact>,
}

fn indices(text: &str) -> Result<DMatrix<usize>, String> {
    let numbers = matrix(text)?;
    let index = |number: &Exact| {
        let index = number.is_integer().then(|| usize::try_from(number.to_integer()).ok()).flatten();
        index
            .ok_or_else(|| format!("{} is no class index, expected whole numbers from 0", decimal(number, 4)))
    };
    if numbers.nrows() > 1 && numbers.ncols() > 1 {
        let (rows, columns) = numbers.shape();
        return Err(format!("{rows}×{columns} numbers, expected a single row"));
    }
    let indices = numbers.iter().map(index).collect::<Result<_, _>>()?;
    Ok(DMatrix::from_vec(1, numbers.len(), indices))
}

fn bounding_box(text: &str) -> Result<BoundingBox<Exact>, String> {
    let numbers: Vec<_> = matrix(text)?.transpose().iter().cloned().collect();
    let corners = numbers
        .try_into()
        .map_err(|numbers: Vec<_>| format!("expected xmin ymin xmax ymax, found {} of 4", numbers.len()))?;
    BoundingBox::new(corners).map_err(|_| "it has no area, expected xmin < xmax and ymin < ymax".to_owned())
}

/// The topic, as the command line and the walkthroughs find it.
pub const TOPIC: Topic<Inputs> = Topic {
    name: "categorical_accuracy",
    title: "What categorical accuracy compares with what",
    question: "Two of a box's four coordinates are predicted right. Is the categorical accuracy then 50 %?",
    minutes: 45,
    requires: "fractions, reading a table, the area of a rectangle",
    code: include_str!("categorical_accuracy.rs"),
    asks: &[
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
    check,
    vary,
    tell,
};

/// A confusion matrix of more classes fits no page.
const MOST_CLASSES: usize = 32;

fn check(inputs: &Inputs) -> Result<(), Unusable> {
    let Inputs { scores, truth, .. } = inputs;
    let (samples, classes) = scores.shape();
    if classes > MOST_CLASSES {
        let why = format!("given {classes} classes (columns), expected at most {MOST_CLASSES}");
        return Err(Unusable::option("--scores", why));
    }
    if truth.len() != samples {
        let given = truth.len();
        let why =
            format!("given {given} for {samples} samples, expected a class index for each row of --scores");
        return Err(Unusable::option("--truth", why));
    }
    truth.iter().find(|&&index| index >= classes).map_or(Ok(()), |index| {
        let why =
            format!("given class {index}, expected 0 to {}: --scores has {classes} columns", classes - 1);
        Err(Unusable::option("--truth", why))
    })
}

/// Every sample has one largest score, which is more often right than not; the boxes are near each other.
fn vary(draw: &mut Draw) -> Inputs {
    const SAMPLES: usize = 8;
    let predicted: Vec<_> = (0..SAMPLES).map(|_| draw.integer(0..=2)).collect();
    let scores: Vec<_> = predicted
        .iter()
        .flat_map(|&class| {
            let rest = draw.integer(2..=5);
            let next = draw.integer(1..=rest - 1);
            let mut scores = [10 - rest, next, rest - next];
            scores.rotate_right(usize::try_from(class).unwrap_or(0));
            scores.map(|tenths| Exact::new(tenths.into(), 10.into()))
        })
        .collect();
    let truth =
        predicted.iter().map(|&class| if draw.integer(0..=2) > 0 { class } else { draw.integer(0..=2) });
    let truth = truth.filter_map(|class| usize::try_from(class).ok()).collect();
    let mut bounding_box = |[left, top]: [i32; 2]| {
        let [width, height] = [draw.integer(2..=6), draw.integer(2..=6)];
        let corners =
            [left, top, left + width, top + height].map(|number| Exact::from_integer(number.into()));
        BoundingBox::new(corners).expect("it is at least 2 wide and high")
    };
    Inputs {
        scores: DMatrix::from_row_iterator(SAMPLES, 3, scores),
        truth: DMatrix::from_vec(1, SAMPLES, truth),
        true_box: bounding_box([2, 1]),
        predicted_box: bounding_box([3, 2]),
    }
}

const COORDINATES: [&str; 4] = ["xmin", "ymin", "xmax", "ymax"];
/// Boxes are counted over so many whole coordinates each way.
const GRID: i64 = 6;
/// So many of the source's samples play the training set, once.
const TRAINING: usize = 5;

/// A share, or none where it would be of nothing.
fn percent<'a>(share: impl Into<Option<&'a Exact>>) -> String {
    let in_percent = |share: &Exact| decimal(share * Exact::from_integer(100.into()), 2);
    share.into().map_or("undefined".to_owned(), |share| format!("{} %", in_percent(share)))
}

fn tell(inputs: &Inputs, page: &mut Page) -> Told {
    let Inputs { scores, truth, true_box, predicted_box } = inputs;
    let (samples, classes) = scores.shape();
    let whole = |number: i64| Exact::from_integer(number.into());
    let or_word = |share: Option<Exact>| share.map_or(Field::from("undefined"), Field::from);
    let yes_or_no = |yes: bool| Field::from(if yes { "yes" } else { "no" });
    let in_words = |numbers: Vec<usize>| match numbers.as_slice() {
        [] => Field::from("none"),
        some => some.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ").into(),
    };
    let as_row = |each: &BoundingBox<Exact>| DMatrix::from_row_slice(1, 4, each.corners());

    page.section("What is given");
    page.say(
        "A classifier looks at some samples and gives each class a score. A row of `scores` is a sample, a column a \
         class, and `truth` names the right column of each row. Samples and classes are counted from 0.",
    );
    page.given("scores", scores);
    page.given("truth", &truth.map(|index| Exact::from_integer(index.into())));
    page.say(
        "Further down there are two boxes, from (xmin, ymin) to (xmax, ymax), with y downwards as in images:",
    );
    page.given("true_box", &as_row(true_box));
    page.given("predicted_box", &as_row(predicted_box));

    page.section("One sample");
    page.say("The labels of the classes, and what the first sample scores in each:");
    let labels = DMatrix::from_fn(1, classes, |_, class| class);
    page.show("labels", &labels).printed(printed("0 1 2", 0));

    let preds = scores.rows(0, 1).into_owned();
    page.show("preds", &preds).printed(printed("0.25 0.5 0.25", 2));

    page.say(
        "`argmax` is the position of the largest entry, not the entry itself. The label that stands there is the \
         prediction.",
    );
    let argmax_preds = DMatrix::from_iterator(1, 1, argmax(&preds));
    page.show("argmax_preds", &argmax_preds).printed(printed("1", 0));

    let predicted_label = argmax_preds.map(|position| labels[position]);
    page.show("predicted_label", &predicted_label).printed(printed("1", 0));

    page.say("The truth can be written in the same form, called one-hot: 1 at the true class, 0 elsewhere.");
    let one_hot_truth = one_hot::<Exact>(truth[0], classes);
    page.show("one_hot_truth", &one_hot_truth);

    page.say(format!(
        "Categorical accuracy asks whether the largest entries of `one_hot_truth` and `preds` stand at the same \
         position: {} and {}. It asks nothing else.",
        truth[0], argmax_preds[0],
    ));

    page.section("Every sample");
    page.say("The prediction for each sample is the position of the largest entry in its row of `scores`:");
    let predicted: Vec<_> = scores.row_iter().filter_map(|row| argmax(row.iter())).collect();
    page.show("predicted", &DMatrix::from_row_slice(1, samples, &predicted));

    let rivals: Vec<_> = scores
        .row_iter()
        .zip(&predicted)
        .map(|(row, &largest)| row.iter().filter(|&score| *score == row[largest]).count() - 1)
        .collect();
    let tied = rivals.iter().filter(|&&rivals| rivals > 0).count();
    page.ask(
        "Two classes share the largest score of a sample. Which one is predicted?",
        format!(
            "The one with the lowest index: NumPy, JAX and PyTorch choose it, and so does this page. Here {tied} of \
             {samples} samples are tied.",
        ),
    );

    page.table(
        "samples",
        ["sample", "true class", "predicted class", "largest score", "others as large", "right?"],
        (0..samples)
            .map(|i| {
                let (truth, predicted) = (truth[i], predicted[i]);
                let largest = (&scores[(i, predicted)]).into();
                let right = yes_or_no(truth == predicted);
                [i.into(), truth.into(), predicted.into(), largest, rivals[i].into(), right]
            })
            .collect(),
    );
    page.say("The share of the samples for which both positions agree:");

    let one_hot_truths =
        DMatrix::from_fn(samples, classes, |row, class| one_hot::<Exact>(truth[row], classes)[class].clone());
    let share_of_hits = categorical_accuracy(&one_hot_truths, scores)?.ok_or("there is no sample")?;
    page.value("share_of_hits", &share_of_hits);

    page.about_the_source(|page| {
        let last = |row: &[&Exact]| (0..row.len()).max_by_key(|&class| row[class]).unwrap_or_default();
        let last_of_equals: Vec<_> =
            scores.row_iter().map(|row| last(&row.iter().collect::<Vec<_>>())).collect();
        let mut without_ties = (0..samples).filter(|&sample| rivals[sample] == 0);
        let hits_of_last = Confusion::new(truth.as_slice(), &last_of_equals, classes)?.accuracy();
        page.claim(
            "The position of the largest score is the predicted label.",
            ClaimVerdict::under(
                "no other class scores as much",
                predicted == last_of_equals,
                without_ties.all(|sample| predicted[sample] == last_of_equals[sample]),
            ),
            format!(
                "In {} of {samples} samples there is one largest score. With the last of equals in the place of the \
                 first the accuracy would be {} and not {}. (That the position itself is the label is due to labels \
                 that count from {}.)",
                samples - tied,
                percent(&hits_of_last),
                percent(&share_of_hits),
                labels[0],
            ),
        );
        Ok(())
    })?;

    page.section("The confusion matrix, row by row");
    page.say(
        "A row is a true class, a column a predicted one. (So it is in scikit-learn; in R's caret it is the other way \
         round, so look before you read.) For each true class, take its samples and count what they are predicted as:",
    );
    let confusion = Confusion::new(truth.as_slice(), &predicted, classes)?;
    page.table(
        "confusion_rows",
        ["true class", "its samples", "predicted as", "row of the matrix"],
        (0..classes)
            .map(|class| {
                let of_class: Vec<_> = (0..samples).filter(|&sample| truth[sample] == class).collect();
                let predicted = of_class.iter().map(|&sample| predicted[sample]).collect();
                let row = confusion.counts().row(class).iter().copied().collect();
                [class.into(), in_words(of_class), in_words(predicted), in_words(row)]
            })
            .collect(),
    );

    let counts = confusion.counts();
    page.show("confusion", counts);

    page.figure(
        "confusion_heatmap",
        format!(
            "The confusion matrix as coloured cells. {} of {} samples stand on the diagonal.",
            counts.trace(),
            counts.sum(),
        ),
        Chart::Heatmap {
            values: counts.map(|count| count as f64),
            rows: "true class",
            columns: "predicted class",
            decimals: Some(0),
        },
    );
    page.say("What is right stands on the diagonal, and the accuracy is the diagonal's share of the whole:");
    page.formula(
        r"\text{accuracy} = \frac{\sum_i C_{ii}}{\sum_{i,j} C_{ij}}",
        "accuracy = Σ C[i,i] / Σ C[i,j]",
    );
    let diagonal = counts.trace();
    page.value("diagonal", diagonal);

    let total = counts.sum();
    page.value("total", total);

    let accuracy = Exact::new(diagonal.into(), total.into());
    page.value("accuracy", &accuracy);

    page.claim(
        "The accuracy is the sum of the diagonal of the confusion matrix over the number of instances.",
        accuracy == share_of_hits,
        format!(
            "{diagonal} of {total} is {}, which is what comparing the positions row by row gave.",
            percent(&accuracy)
        ),
    );
    page.about_the_source(|page| {
        let (true_training, true_held_out) = truth.as_slice().split_at(TRAINING);
        let (predicted_training, predicted_held_out) = predicted.split_at(TRAINING);
        let training = Confusion::new(true_training, predicted_training, classes)?;
        let held_out = Confusion::new(true_held_out, predicted_held_out, classes)?;
        let over_training = |set: &Confusion| Exact::new(set.counts().trace().into(), TRAINING.into());
        page.claim(
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
                percent(&held_out.accuracy()),
                percent(&over_training(&held_out)),
            ),
        );
        Ok(())
    })?;

    page.section("What each class sees of it");
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
                let outcomes = confusion.outcomes(class);
                [
                    class.into(),
                    counts.row(class).sum().into(),
                    counts.column(class).sum().into(),
                    outcomes.true_positives.into(),
                    or_word(outcomes.recall()),
                    or_word(outcomes.precision()),
                ]
            })
            .collect(),
    );
    page.about_the_source(|page| {
        let recalls: Vec<_> = (0..classes).filter_map(|class| confusion.outcomes(class).recall()).collect();
        let mean_recall = recalls.iter().sum::<Exact>() / Exact::from_integer(recalls.len().into());
        page.claim(
            "Categorical accuracy is the mean over all predictions.",
            share_of_hits == accuracy && accuracy != mean_recall,
            format!(
                "Every prediction counts the same, and the mean is {}. The mean over the classes, where every class \
                 counts the same, is another number: {}.",
                percent(&accuracy),
                percent(&mean_recall),
            ),
        );
        let turned = Confusion::new(&predicted, truth.as_slice(), classes)?;
        let [here, there] = [&confusion, &turned].map(|matrix| matrix.outcomes(0));
        page.claim(
            "One axis of the matrix is the truth and the other the prediction, whichever.",
            ClaimVerdict::under(
                "nothing but the accuracy is read off",
                (0..classes).all(|class| confusion.outcomes(class) == turned.outcomes(class)),
                confusion.accuracy() == turned.accuracy(),
            ),
            format!(
                "Turned round, the matrix still gives {}, but recall and precision change places: for class 0, read \
                 along the row, {} here and {} there.",
                percent(&accuracy),
                percent(&here.recall()),
                percent(&there.recall()),
            ),
        );
        Ok(())
    })?;

    page.section("Equal accuracy, unequal classifiers");
    let balanced =
        Confusion::new(&[[0; 10], [1; 10]].concat(), &[[0; 9].as_slice(), &[1], &[0], &[1; 9]].concat(), 2)?;
    let skewed = Confusion::new(&[[0; 18].as_slice(), &[1; 2]].concat(), &[0; 20], 2)?;
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
            percent(&skewed.accuracy()),
            percent(&balanced.outcomes(0).recall()),
        ),
    );
    page.show("balanced", balanced.counts());

    page.show("skewed", skewed.counts());

    let sets = [("balanced", &balanced), ("skewed", &skewed)];
    page.table(
        "equal_accuracy",
        ["set", "accuracy", "recall of 0", "recall of 1", "precision of 0", "precision of 1"],
        sets.map(|(name, set)| {
            let [zero, one] = [0, 1].map(|class| set.outcomes(class));
            let [found_0, found_1] = [zero.recall(), one.recall()].map(or_word);
            let [right_0, right_1] = [zero.precision(), one.precision()].map(or_word);
            [name.into(), or_word(set.accuracy()), found_0, found_1, right_0, right_1]
        })
        .into(),
    );
    let [shown_balanced, shown_skewed] = [&balanced, &skewed].map(|set| {
        [0, 1].map(|class| set.outcomes(class).recall().map_or(f64::NAN, |r| Value::from(r).to_f64()))
    });
    page.figure(
        "recall_by_class",
        format!(
            "Bars of the recall of both classes. Balanced: {}. Skewed: {}. The accuracy of both sets is {}.",
            shown_balanced.map(|recall| decimal(recall, 2)).join(" and "),
            shown_skewed.map(|recall| decimal(recall, 2)).join(" and "),
            percent(&skewed.accuracy()),
        ),
        Chart::Bars {
            y: Axis::linear("recall"),
            groups: vec!["class 0".to_owned(), "class 1".to_owned()],
            bars: vec![Bar::new("balanced", shown_balanced.into()), Bar::new("skewed", shown_skewed.into())],
        },
    );

    page.section("Now with boxes");
    page.say(
        "A box is four numbers, and nothing keeps a program from comparing the true four with the predicted four by \
         categorical accuracy. It takes them for the scores of four classes, named xmin, ymin, xmax and ymax.",
    );
    let largest =
        |each: &BoundingBox<Exact>| argmax(each.corners()).map_or("", |position| COORDINATES[position]);
    let errors = true_box.absolute_errors(predicted_box);
    let agreeing = errors.iter().filter(|error| **error == whole(0)).count();

    page.table(
        "coordinates",
        ["coordinate", "true", "predicted", "off by", "the same?"],
        (0..4)
            .map(|i| {
                let [truth, predicted] = [true_box, predicted_box].map(|each| (&each.corners()[i]).into());
                let off_by = (&errors[i]).into();
                [COORDINATES[i].into(), truth, predicted, off_by, yes_or_no(errors[i] == whole(0))]
            })
            .collect(),
    );
    let share_agreeing = Exact::new(agreeing.into(), 4.into());

    let box_accuracy = categorical_accuracy(&as_row(true_box), &as_row(predicted_box))?;
    let box_accuracy = box_accuracy.ok_or("there is no box")?;
    let box_accuracy_percent = DMatrix::from_element(1, 1, &box_accuracy * whole(100));
    page.ask(
        format!("The two boxes agree in {agreeing} of 4 coordinates. What does categorical accuracy say?"),
        format!(
            "{}. The largest number of the true box is its {}, that of the predicted box its {}. Only these two \
             positions are compared.",
            percent(&box_accuracy),
            largest(true_box),
            largest(predicted_box),
        ),
    );
    page.show("box_accuracy_percent", &box_accuracy_percent).printed(printed("50", 0).slip(
        (0, 0),
        "taking the share of the coordinates that agree",
        &share_agreeing * whole(100),
    ));

    page.say("Another pair of boxes. Three coordinates agree, and one is off by a little:");
    let nearly_true = BoundingBox::new([10, 10, 60, 61].map(whole))?;
    page.show("nearly_true", &as_row(&nearly_true));

    let nearly_predicted = BoundingBox::new([10, 10, 62, 61].map(whole))?;
    page.show("nearly_predicted", &as_row(&nearly_predicted));

    let nearly_accuracy = categorical_accuracy(&as_row(&nearly_true), &as_row(&nearly_predicted))?;
    let nearly_accuracy = nearly_accuracy.ok_or("there is no box")?;
    page.value("nearly_accuracy", &nearly_accuracy);

    page.say(format!(
        "The largest number has moved from {} to {}, and so a box that is nearly right counts as nothing at all.",
        largest(&nearly_true),
        largest(&nearly_predicted),
    ));
    page.headline(
        "If xmin and xmax are right, and ymin and ymax are wrong, categorical accuracy is 50 %.",
        box_accuracy == share_agreeing,
        format!(
            "Two boxes that agree in {agreeing} of 4 coordinates and share {} of the area they cover get {}; two that \
             agree in 3 of 4 and share {} get {}: categorical accuracy only compares where the largest coordinate \
             stands, so one box gets all or nothing.",
            percent(&true_box.intersection_over_union(predicted_box)),
            percent(&box_accuracy),
            percent(&nearly_true.intersection_over_union(&nearly_predicted)),
            percent(&nearly_accuracy),
        ),
    );
    page.about_the_source(|page| {
        let [xmin, ymin, xmax, ymax] = predicted_box.corners().clone();
        let moved = BoundingBox::new([(&xmin + &xmax) / whole(2), ymin, xmax, ymax])?;
        let moved_accuracy = categorical_accuracy(&as_row(true_box), &as_row(&moved))?;
        page.claim(
            "It checks whether the predicted xmin is the true xmin.",
            moved_accuracy.as_ref() != Some(&box_accuracy),
            format!(
                "With the predicted xmin moved from {} to {}, away from the true {}, it still says {}.",
                decimal(&xmin, 4),
                decimal(&moved.corners()[0], 4),
                decimal(&true_box.corners()[0], 4),
                percent(&moved_accuracy),
            ),
        );
        Ok(())
    })?;

    page.section("Which coordinate can be the largest?");
    page.ask(
        "Of xmin, ymin, xmax and ymax of a box: which can be the largest?",
        "Only xmax or ymax. A box has an area, so xmin < xmax and ymin < ymax: neither xmin nor ymin can be the \
         largest of the four. Two of the four “classes” never occur.",
    );
    page.say(format!(
        "Counted over all boxes whose coordinates are whole numbers from 0 to {}; where xmax and ymax are equal, xmax \
         comes first and is taken:",
        GRID - 1
    ));
    let in_base = |n: i64| [n / GRID.pow(3), n / GRID.pow(2), n / GRID, n].map(|digits| digits % GRID);
    let boxes: Vec<_> = (0..GRID.pow(4)).filter_map(|n| BoundingBox::new(in_base(n)).ok()).collect();
    let largest_at = |i| boxes.iter().filter(|each| argmax(each.corners()) == Some(i)).count();
    page.table(
        "largest_coordinate",
        ["coordinate", "boxes where it is the largest"],
        (0..4).map(|i| [COORDINATES[i].into(), largest_at(i).into()]).collect(),
    );
    page.say(
        "Draw one of these boxes blindly as the truth, and again one of them all as the prediction. Categorical accuracy \
         calls the prediction right with this probability:",
    );

    let chance = |i| Exact::new(largest_at(i).into(), boxes.len().into());
    let agreement_by_chance: Exact = (0..4).map(|i| chance(i) * chance(i)).sum();
    page.value("agreement_by_chance", &agreement_by_chance);

    page.section("What to ask of boxes instead");
    page.say("First, by how much each coordinate is off, and the mean of the four:");
    let errors = true_box.absolute_errors(predicted_box);
    page.show("coordinate_errors", &DMatrix::from_row_slice(1, 4, &errors));

    let mean_error = errors.iter().sum::<Exact>() / whole(4);
    page.value("mean_error", &mean_error);

    page.say(
        "Second, how much of the area that either box covers is covered by both: intersection over union, 1 for equal \
         boxes and 0 for boxes that do not meet. The overlap begins at the larger of both minima and ends at the \
         smaller of both maxima:",
    );
    page.formula(
        r"\text{IoU} = \frac{|A \cap B|}{|A \cup B|} = \frac{|A \cap B|}{|A| + |B| - |A \cap B|}",
        "IoU = |A ∩ B| / |A ∪ B| = |A ∩ B| / (|A| + |B| − |A ∩ B|)",
    );
    let ([left, top, right, bottom], [xmin, ymin, xmax, ymax]) =
        (true_box.corners(), predicted_box.corners());
    let overlap = [left.max(xmin), top.max(ymin), right.min(xmax), bottom.min(ymax)].map(Exact::clone);
    page.show("overlap", &DMatrix::from_row_slice(1, 4, &overlap));

    page.say(
        "Its width, height and area; what would be negative counts as 0, for then the boxes do not meet:",
    );
    let overlap_width = (&overlap[2] - &overlap[0]).max(whole(0));
    let overlap_height = (&overlap[3] - &overlap[1]).max(whole(0));
    page.show(
        "overlap_size",
        &DMatrix::from_row_slice(1, 2, &[overlap_width.clone(), overlap_height.clone()]),
    );

    let intersection_area = overlap_width * overlap_height;
    page.value("intersection_area", &intersection_area);

    page.say("Width times height of each box:");
    let true_area = (right - left) * (bottom - top);
    page.value("true_area", &true_area);

    let predicted_area = (xmax - xmin) * (ymax - ymin);
    page.value("predicted_area", &predicted_area);

    page.say("In the sum of both areas the overlap is counted twice, so once too often:");
    let union_area = &true_area + &predicted_area - &intersection_area;
    page.value("union_area", &union_area);

    let iou = &intersection_area / &union_area;
    page.value("iou", &iou);

    let rectangle = |label: &str, each: &BoundingBox<Exact>| {
        let [xmin, ymin, xmax, ymax] = each.corners().each_ref().map(|number| Value::from(number).to_f64());
        Rectangle::new(label, (xmin, ymin), (xmax, ymax))
    };
    let drawn = |truth: &BoundingBox<Exact>, predicted: &BoundingBox<Exact>| Chart::Rectangles {
        x: Axis::linear("x"),
        y: Axis::linear("y"),
        rectangles: [rectangle("true", truth), rectangle("predicted", predicted)]
            .into_iter()
            .chain(truth.intersection(predicted).map(|both| rectangle("both", &both)))
            .collect(),
    };
    let place = |each: &BoundingBox<Exact>| {
        let [xmin, ymin, xmax, ymax] = each.corners().each_ref().map(|number| decimal(number, 4));
        format!("from ({xmin}, {ymin}) to ({xmax}, {ymax})")
    };
    page.figure(
        "boxes",
        format!(
            "Two rectangles, y downwards: the true box {}, the predicted one {}. The area that both cover is {}, that \
             which either covers {}.",
            place(true_box),
            place(predicted_box),
            decimal(&intersection_area, 4),
            decimal(&union_area, 4),
        ),
        drawn(true_box, predicted_box),
    );
    page.say("And the pair that is nearly perfect:");
    page.figure(
        "nearly_perfect_boxes",
        format!(
            "Two rectangles, y downwards, that nearly cover each other: the true box {}, the predicted one {}.",
            place(&nearly_true),
            place(&nearly_predicted),
        ),
        drawn(&nearly_true, &nearly_predicted),
    );
    page.say(
        "Both pairs by all measures. The first tells only which coordinate is the largest. The mean error is 0 for equal \
         boxes alone, and intersection over union is 1 for them alone. Once boxes do not meet, the latter is 0 however \
         far they are apart; the mean error still tells.",
    );

    let pairs = [
        ("the given boxes", true_box, predicted_box, &box_accuracy),
        ("nearly perfect", &nearly_true, &nearly_predicted, &nearly_accuracy),
    ];
    let rows = pairs.map(|(name, truth, predicted, accuracy)| {
        let mean_error = truth.absolute_errors(predicted).iter().sum::<Exact>() / whole(4);
        let iou = truth.intersection_over_union(predicted);
        [name.into(), accuracy.into(), mean_error.into(), iou.into()]
    });
    page.table(
        "measures",
        ["pair", "categorical accuracy", "mean error", "intersection over union"],
        rows.into(),
    );

    page.section("Exercises");
    let most = (0..classes).map(|class| counts.row(class).sum()).max().ok_or("there is no class")?;
    page.exercise(
        "A classifier always answers with a class that is true most often. How accurate is it on these samples?",
        format!(
            "{}: no class is true for more than {most} of {total} samples.",
            percent(&Exact::new(most.into(), total.into())),
        ),
    );
    let tenfold = categorical_accuracy(&one_hot_truths, &scores.map(|score| score * whole(10) + whole(1)))?;
    page.exercise(
        "Multiply all scores by 10 and add 1. They add up to 1 no longer, if they did before. What becomes of the \
         accuracy?",
        format!(
            "It stays {}. Only the order of a sample's scores counts, not how sure they sound.",
            percent(&tenfold)
        ),
    );
    let away = (right - xmin).min(bottom - ymin).max(whole(0));
    let apart = BoundingBox::new(predicted_box.corners().each_ref().map(|number| number + &away))?;
    let apart_accuracy = categorical_accuracy(&as_row(true_box), &as_row(&apart))?;
    page.exercise(
        "Move the predicted box to the right and down, by the same distance, until the two cover nothing together \
         (`--predicted-box`). What do both measures say?",
        format!(
            "Moved by {}, intersection over union is {}, and so it stays further on; categorical accuracy is still {}: \
             all four coordinates grow alike, and the largest stays the largest.",
            decimal(&away, 4),
            decimal(true_box.intersection_over_union(&apart), 4),
            percent(&apart_accuracy),
        ),
    );
    Ok(())
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
