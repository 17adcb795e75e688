//! What categorical accuracy makes of boxes, and what to ask of them instead.

use super::{Inputs, keras_accuracy, or_undefined, percent};
use worked_examples::math::{
    BoundingBox, BoxError, Piecewise, argmax, boxes_on_grid, categorical_accuracy, how_often_largest,
    pairs_agreeing_in_x, sides,
};
use worked_examples::prelude::*;

const COORDINATES: [&str; 4] = ["xmin", "ymin", "xmax", "ymax"];
/// Boxes are counted over so many whole coordinates each way.
const GRID: i64 = 6;

/// How two boxes are compared, first by what is not made for them.
pub fn tell(inputs: &Inputs, page: &mut Page, true_box: &Numbers, predicted_box: &Numbers) -> Told {
    page.section("Now with boxes");
    page.say(
        "A box is four numbers, and nothing keeps a program from comparing the true four with the predicted four by \
         categorical accuracy. It takes them for the scores of four classes, named xmin, ymin, xmax and ymax.",
    );
    let (true_bounds, predicted_bounds) =
        (BoundingBox::from_row(true_box)?, BoundingBox::from_row(predicted_box)?);
    let coordinate_errors = true_bounds.absolute_errors(&predicted_bounds);
    let row =
        |i: usize| (COORDINATES[i], &true_box[i], &predicted_box[i], coordinate_errors[i] == Exact::ZERO);
    page.table("coordinates", ["coordinate", "true", "predicted", "the same?"], (0..4).map(row));
    let agreeing = true_bounds.agreeing(&predicted_bounds);
    page.ask(
        format!("The two boxes agree in {agreeing} of 4 coordinates. What does categorical accuracy say?"),
        format!(
            "It does not count them. The largest number of the true box is its {}, and that of the predicted box is \
             its {}. Only these two positions are compared.",
            told_largest(true_box),
            told_largest(predicted_box)
        ),
    );
    let box_accuracy = page.value("box_accuracy", keras_accuracy(true_box, predicted_box)?);
    let lower = predicted_box[2].clone().maximum(predicted_box[3].clone()) + 1.into();
    let is = if largest(predicted_box) == COORDINATES[3] { "stays" } else { "becomes" };
    page.say(format!(
        "So it says {}. Now stretch the predicted box downwards to ymax = {lower}, so that ymax {is} its largest number. The \
         other three coordinates stay where they are.",
        percent(&box_accuracy)
    ));
    let stretched_box =
        page.show("stretched_box", predicted_box.clone().remove_column(3).insert_column(3, lower));
    let stretched_accuracy = page.value("stretched_accuracy", keras_accuracy(true_box, &stretched_box)?);
    page.say("And a third pair of boxes. Three coordinates agree, and one is off by a little:");
    let nearly_true = page.show("nearly_true", literal("10 10 60 61"));
    let nearly_predicted = page.show("nearly_predicted", literal("10 10 62 61"));
    let nearly_accuracy = page.value("nearly_accuracy", keras_accuracy(&nearly_true, &nearly_predicted)?);
    page.say(format!(
        "The largest number has moved from {} to {}, so a box that is nearly right gets 0.",
        largest(&nearly_true),
        largest(&nearly_predicted),
    ));
    let [xmin, ymin, xmax, ymax] = inputs.predicted_box.corners().clone();
    let middle = (&xmin + &xmax) / Exact::from_integer(2.into());
    let moved = BoundingBox::new([middle.clone(), ymin, xmax, ymax])?;
    let moved_accuracy = or_undefined(categorical_accuracy(&inputs.true_box.row(), &moved.row())?);
    let ([from, to], real) = ([xmin, middle].map(Value::from), &true_box[0]);
    page.answer(
        "in the question",
        "Does it check whether the predicted xmin equals the real xmin?",
        format!(
            "No. With the predicted xmin moved from {from} to {to}, away from the real {real}, \
             categorical accuracy still says {moved_accuracy}."
        ),
    );
    let [hits, misses] = pairs_agreeing_in_x(GRID);
    let [all, nothing] = [&box_accuracy, &stretched_accuracy].map(percent);
    page.answer(
        "in the question",
        "If xmin and xmax are the same in both boxes, and ymin and ymax differ, would I get 50 %?",
        format!(
            "Never for one box: it gets {all} or {nothing}. The given pair of boxes meets the condition and gets \
             {all}, the stretched one meets it and gets {nothing}. Take all pairs of a true and a predicted box \
             with whole coordinates from 0 to {} in which xmin and xmax are the same and both ymin and ymax \
             differ: {hits} of them get {all} and {misses} get {nothing}.",
            GRID - 1,
        ),
    );

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
    let largest_coordinate = page.show("largest_coordinate", how_often_largest(GRID));
    let all_boxes = page.value("all_boxes = Σ( largest_coordinate )", largest_coordinate.sum());
    page.say(
        "Draw one of these boxes at random as the truth, and another, independently, as the prediction. How likely is \
         it that categorical accuracy calls the prediction right? The chance that both have xmax as their largest is \
         the share of such boxes, squared; the same goes for ymax, and the two chances add up. (∘ multiplies entry by \
         entry.)",
    );
    let squares = largest_coordinate.component_mul(&largest_coordinate).sum();
    let agreement_by_chance = page.value(
        "agreement_by_chance = Σ( largest_coordinate ∘ largest_coordinate ) / ( all_boxes · all_boxes )",
        squares / (all_boxes.clone() * all_boxes),
    );
    let tied = boxes_on_grid(GRID).filter(|each| each.corners()[2] == each.corners()[3]).count();
    page.say(format!(
        "So if the true boxes are spread in the same way, a box that is drawn at random, without a look at the object, \
         is called right in {} of the cases. It is not exactly one half here because in {tied} of the boxes xmax and \
         ymax are equal, and all of these count for xmax.",
        percent(&agreement_by_chance)
    ));

    page.section("What to ask of boxes instead");
    page.say("First, by how much each coordinate is off, and the mean of the four:");
    let coordinate_errors = page.show("coordinate_errors", coordinate_errors);
    page.value("mean_error = Σ( coordinate_errors ) / 4", coordinate_errors.sum() / 4.into());

    page.say(
        "Second, what share of the area that at least one of the boxes covers is covered by both: the intersection \
         over the union, IoU. It is 1 for identical boxes and 0 for boxes that do not overlap. |A| is the area of box \
         A, A ∩ B what both boxes cover, and A ∪ B what at least one of them covers:",
    );
    page.formula(
        r"\text{IoU} = \frac{|A \cap B|}{|A \cup B|} = \frac{|A \cap B|}{|A| + |B| - |A \cap B|}",
        "IoU = |A ∩ B| / |A ∪ B| = |A ∩ B| / (|A| + |B| − |A ∩ B|)",
    );
    page.say("In each direction, the overlap begins at the larger of the two minima and ends at the smaller of the two maxima:");
    let overlap = page.show("overlap", true_bounds.overlap(&predicted_bounds));
    page.say(
        "Here are its width, its height and its area. A negative width or height counts as 0: then the boxes do not overlap.",
    );
    let overlap_size = page.show("overlap_size", sides(&overlap));
    let intersection_area =
        page.value("intersection_area", overlap_size[0].clone() * overlap_size[1].clone());
    page.say("The area of each box is its width times its height:");
    let true_area = page.value("true_area", true_bounds.area());
    let predicted_area = page.value("predicted_area", predicted_bounds.area());
    page.say("In the sum of both areas the overlap is counted twice, so it is subtracted once:");
    let union_area = page.value(
        "union_area = true_area + predicted_area − intersection_area",
        true_area + predicted_area - intersection_area.clone(),
    );
    page.value("iou = intersection_area / union_area", intersection_area / union_area);
    page.say("Here are the three pairs of boxes, as drawn and as measured:");
    let pairs = [
        Pair::new("given boxes", true_box, predicted_box)?,
        Pair::new("stretched", true_box, &stretched_box)?,
        Pair::new("nearly perfect", &nearly_true, &nearly_predicted)?,
    ];
    for (name, pair) in ["boxes", "stretched_boxes", "nearly_perfect_boxes"].into_iter().zip(&pairs) {
        page.figure(name, pair.drawn()).alt(pair.in_words());
    }
    page.table(
        "measures",
        ["pair", "coordinates right", "categorical accuracy", "mean error", "intersection over union"],
        pairs.iter().map(Pair::measures),
    );
    page.say(
        "The mean error is 0 only for identical boxes, and intersection over union is 1 only for them. For boxes that \
         do not overlap, intersection over union is 0, whether they just touch or are far apart. The mean error still \
         tells how far off they are.",
    );
    let nearly = &pairs[2];
    page.headline(
        Origin::Page,
        "Categorical accuracy gives a single box all or nothing, however many of its coordinates are right.",
        [&box_accuracy, &stretched_accuracy, &nearly_accuracy].iter().all(|share| [0, 1].map(Traced::from).contains(share)),
        format!(
            "With xmin and xmax right, and ymin and ymax wrong, one box gets {} and another gets {}, and neither \
             gets 50 %. A nearly perfect box, with {} of 4 coordinates right and {} of the area shared, gets {}.",
            percent(&box_accuracy),
            percent(&stretched_accuracy),
            nearly.truth.agreeing(&nearly.predicted),
            percent(nearly.iou()),
            percent(&nearly_accuracy),
        ),
    );

    page.section("How detectors are scored");
    page.say(
        "A detector finds the objects in an image. For each it gives a box, a class, and a number that says how sure \
         it is. A predicted box counts as right if its class is right and its intersection over union with the true \
         box passes a threshold. Each true box can be matched only once: a second box on the same object counts as \
         wrong. Two well-known contests for detectors are PASCAL VOC and COCO. PASCAL VOC takes 0.5 as its threshold. \
         COCO takes ten of them, from 0.5 in steps of 0.05 to 0.95, and also reports 0.5 and 0.75 by themselves. How \
         do our three pairs do, if we take their class as right?",
    );
    page.table(
        "thresholds",
        ["pair", "intersection over union", "right at 0.5?", "right at 0.75?", "at how many of COCO's ten"],
        pairs.iter().map(Pair::at_thresholds),
    );
    page.say(
        "From there on it is precision and recall again. Sort the detections of a class, the surest first. Go down the \
         list, and after each detection compute the precision and the recall of all so far. Precision plotted against \
         recall is a curve. The area under it is the average precision of the class, and its mean over the classes is \
         the mean average precision, mAP. COCO averages over its ten thresholds, too.",
    );
    generalised(page)?;
    Ok(())
}

/// An exercise about boxes.
pub fn exercise(page: &mut Page, true_box: &Numbers, predicted_box: &Numbers) -> Told {
    let away = [0, 1].map(|axis| true_box[axis + 2].clone() - predicted_box[axis].clone());
    let away = away.into_iter().reduce(Traced::minimum).unwrap_or(0.into()).maximum(0.into());
    let apart = predicted_box.map(|coordinate| coordinate + away.clone());
    let (iou, accuracy) = (Pair::new("apart", true_box, &apart)?.iou(), keras_accuracy(true_box, &apart)?);
    page.exercise(
        "Move the predicted box to the right and down, by the same distance, until the two no longer overlap \
         (`--predicted-box`). What do categorical accuracy and intersection over union say?",
        format!(
            "Moved by {away}, intersection over union is {iou}, and it stays so if the box is moved further. Categorical \
             accuracy is still {}: all four coordinates grow by the same amount, so the largest stays the largest.",
            percent(accuracy)
        ),
    );
    Ok(())
}

/// Two boxes that are apart still have a generalised intersection over union, which says how far.
fn generalised(page: &mut Page) -> Told {
    page.say(
        "Training needs a number that changes a little when the box moves a little. Intersection over union stays 0 as \
         long as two boxes are apart, so it gives no direction. Generalised IoU (Rezatofighi et al. 2019) takes the \
         smallest box around both, and subtracts from IoU the share of this surrounding box that neither of the two \
         covers. Take two boxes that are apart:",
    );
    let apart_true = page.show("apart_true", literal("0 0 2 2"));
    let apart_predicted = page.show("apart_predicted", literal("5 0 7 2"));
    let apart = Pair::new("apart", &apart_true, &apart_predicted)?;
    let apart_iou = page.value("apart_iou", apart.iou().value());
    page.say(
        "The two do not overlap, so nothing is counted twice. Their union is simply the sum of their areas:",
    );
    let apart_union = page.value("apart_union", apart.truth.area() + apart.predicted.area());
    page.say(
        "In each direction, the smallest box around both begins at the smaller of the two minima and ends at the larger of \
         the two maxima:",
    );
    let enclosing_box = page.show("enclosing_box", apart.truth.enclosing(&apart.predicted).row());
    let enclosing_area = page.value("enclosing_area", BoundingBox::from_row(&enclosing_box)?.area());
    let generalised_iou = page.value(
        "generalised_iou = apart_iou − ( enclosing_area − apart_union ) / enclosing_area",
        apart_iou - (enclosing_area.clone() - apart_union) / enclosing_area,
    );
    let nearer = literal("4 0 6 2").map(Traced::from);
    let there = generalised_iou.at(&[(&apart_predicted, &nearer)]);
    let nearer = Pair::new("nearer", &apart_true, &nearer)?;
    let (around, xmin) = (nearer.truth.enclosing(&nearer.predicted).area(), &nearer.predicted.corners()[0]);
    let ([_, either], iou) = (nearer.truth.areas(&nearer.predicted), nearer.iou());
    page.say(format!(
        "One unit nearer, at xmin = {xmin}, the surrounding box has an area of {around}, and generalised IoU is {iou} − \
         ({around} − {either}) / {around} = {there}. It was {generalised_iou} before, so moving nearer raises it, while \
         intersection over union is still {iou}."
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
    fn new(name: &'static str, truth: &Numbers, predicted: &Numbers) -> Result<Self, BoxError> {
        Ok(Self { name, truth: BoundingBox::from_row(truth)?, predicted: BoundingBox::from_row(predicted)? })
    }

    fn iou(&self) -> Traced {
        self.truth.intersection_over_union(&self.predicted)
    }

    fn measures(&self) -> impl Row<5> {
        let [truth, predicted] = [&self.truth, &self.predicted].map(|each| argmax(each.corners()));
        let mean_error = self.truth.absolute_errors(&self.predicted).sum() / 4.into();
        (
            self.name,
            self.truth.agreeing(&self.predicted),
            usize::from(truth == predicted),
            mean_error,
            self.iou(),
        )
    }

    fn at_thresholds(&self) -> impl Row<5> {
        let iou = self.iou();
        let reaches =
            |twentieths: usize| *iou.value() >= Value::from(Exact::new(twentieths.into(), 20.into()));
        let passed = (10..20).filter(|&twentieths| reaches(twentieths)).count();
        (self.name, &iou, reaches(10), reaches(15), passed).fields()
    }

    fn in_words(&self) -> String {
        let place = |each: &BoundingBox<Traced>| {
            let ([xmin, ymin, xmax, ymax], largest) = (each.corners(), told_largest(&each.row()));
            format!("from ({xmin}, {ymin}) to ({xmax}, {ymax}), its largest number is {largest}")
        };
        let (name, [truth, predicted]) = (self.name, [&self.truth, &self.predicted].map(place));
        let [both, either] = self.truth.areas(&self.predicted);
        format!(
            "The pair “{name}”, y downwards. The true box: {truth}. The predicted box: {predicted}. They share {both} of the {either} that they cover together."
        )
    }

    fn drawn(&self) -> Chart {
        let rectangle = |(label, each): (String, &BoundingBox<Traced>)| {
            let [xmin, ymin, xmax, ymax] = each.corners().each_ref().map(|number| number.value().to_f64());
            Rectangle::new(label, (xmin, ymin), (xmax, ymax))
        };
        let label = |name: &str, each: &BoundingBox<Traced>| {
            let [_, _, xmax, ymax] = each.corners().clone();
            format!("{name}: largest is {} = {}", largest(&each.row()), xmax.maximum(ymax))
        };
        let (both, [both_cover, either_covers]) =
            (self.truth.intersection(&self.predicted), self.truth.areas(&self.predicted));
        let rectangles = [
            Some((label("true", &self.truth), &self.truth)),
            Some((label("predicted", &self.predicted), &self.predicted)),
            both.as_ref().map(|both| (format!("both: {both_cover} of {either_covers}"), both)),
        ];
        let [x, y] = ["x", "y"].map(Axis::linear);
        Chart::Rectangles { x, y, rectangles: rectangles.into_iter().flatten().map(rectangle).collect() }
    }
}

fn largest(row: &Numbers) -> &'static str {
    argmax(row).map_or("", |position| COORDINATES[position])
}

/// In a sentence, with the one behind it that is as large.
fn told_largest(row: &Numbers) -> String {
    let name = largest(row);
    let rival = argmax(row).and_then(|first| (first + 1..row.len()).find(|&other| row[other] == row[first]));
    rival.map_or(name.to_owned(), |rival| {
        format!("{name} ({} is as large, and the first counts)", COORDINATES[rival])
    })
}
