//! What accuracy does not see, in numbers of its own.

use super::{keras_accuracy, or_undefined, percent};
use worked_examples::math::{Confusion, binary_accuracy, one_hot, top_k_accuracy};
use worked_examples::prelude::*;

/// Two classifiers that are right equally often, one of which never finds a class.
pub fn equal_accuracy(page: &mut Page) {
    page.section("Equal accuracy, unequal classifiers");
    let [even, skewed] = [[[9, 1], [1, 9]], [[18, 0], [2, 0]]].map(Confusion::of_counts);
    page.say(
        "Here are the confusion matrices of two other sets of samples, with two classes each. In the first set both classes \
         are equally common, in the second they are not.",
    );
    let all = or_undefined(skewed.accuracy());
    page.on_screen().ask(
        format!(
            "In the second set, {} of {} samples are of class 0. How accurate is a classifier that never looks \
             and always says 0?",
            skewed.counts().row(0).sum(),
            skewed.counts().sum(),
        ),
        format!(
            "{all}. It is just as accurate as the classifier of the first set, which finds {} of each class.",
            or_undefined(even.outcomes(0).recall()),
        ),
    );
    page.show("even", even.counts().clone());
    page.show("skewed", skewed.counts().clone());
    let row = |(name, set): (&'static str, &Confusion)| {
        let [zero, one] = [0, 1].map(|class| set.outcomes(class));
        (name, set.accuracy(), zero.recall(), one.recall(), set.balanced_accuracy(), one.precision())
    };
    page.table(
        "equal_accuracy",
        ["set", "accuracy", "recall of 0", "recall of 1", "mean recall", "precision of 1"],
        [("even", &even), ("skewed", &skewed)].map(row),
    );
    let [of_even, of_skewed] = [even, skewed].map(|set| or_undefined(set.balanced_accuracy()));
    page.say(format!(
        "The accuracy does not tell these two classifiers apart. The mean of the recalls does: {of_even} against {of_skewed}."
    ));
}

/// What else Keras calls an accuracy, on the samples of the page.
pub fn other_accuracies(page: &mut Page, truths: &Numbers, scores: &Numbers, counted: &Confusion) -> Told {
    page.section("What the other accuracies of Keras compute");
    page.say(
        "Keras has several accuracies, and the plain word `accuracy` picks one of them by the shapes of truth and \
         scores. Categorical accuracy takes the truth one-hot, and sparse categorical accuracy takes it as a class \
         number; both give the same result. Binary accuracy looks at each score by itself: is it above ½ where the \
         truth is 1, and not above ½ where it is 0? Top-2 accuracy counts a sample as right if the true class is among \
         the two with the largest scores; a class that scores as much as the true one does not push it out. On the samples of \
         this page:",
    );
    let binary = binary_accuracy(truths, scores, &Exact::new(1.into(), 2.into()).into())?;
    let top_2 = top_k_accuracy(truths, scores, 2)?;
    let (categorical, samples) = (counted.accuracy(), scores.nrows());
    let metrics = [
        ("categorical", "the position of the largest score with that of the 1", categorical.clone(), samples),
        (
            "sparse categorical",
            "the position of the largest score with the class number",
            categorical,
            samples,
        ),
        ("binary", "every score, above ½ or not, with its 1 or 0", binary, scores.len()),
        ("top 2", "whether at most one class scores more than the true one", top_2, samples),
    ];
    let row = |(metric, compared, share, whole): (&'static str, &'static str, Option<Exact>, usize)| {
        let right = share.clone().unwrap_or_default() * Exact::from_integer(whole.into());
        (metric, compared, format!("{right} of {whole}"), share)
    };
    page.table("keras_metrics", ["metric", "what is compared", "right", "share"], metrics.map(row));
    page.say(
        "None of them is made for the coordinates of a box. Coordinates are not classes but numbers to be estimated, \
         as in regression. For these Keras offers, among others, the mean absolute error and the mean squared error. \
         (Its `MeanIoU` compares maps of classes, pixel by pixel, and not corners of boxes.)",
    );
    Ok(())
}

/// What a loss tells of wrong answers, and accuracy does not.
pub fn how_wrong(page: &mut Page) -> Told {
    page.section("How wrong is wrong?");
    page.say(
        "Accuracy only counts how many answers are right. The loss that a classifier is trained with also says how far \
         an answer is from being right. Cross-entropy is such a loss: −ln of the probability that the answer gives to \
         the true class. Here are three answers to the same sample, a row each. The true class of the sample is 1:",
    );
    let answers = page.show("answers", literal(".46 .48 .06; .48 .46 .06; .98 .01 .01"));
    let truth = one_hot::<Traced>(1, 3);
    let accuracy = |i: usize| keras_accuracy(&truth, &answers.rows(i, 1).into_owned());
    let accuracies = [accuracy(0)?, accuracy(1)?, accuracy(2)?];
    page.show("answer_accuracy", DMatrix::from_row_slice(1, 3, &accuracies));
    let cross_entropy =
        page.show("cross_entropy", DMatrix::from_fn(1, 3, |_, i| -answers[(i, 1)].clone().ln()));
    let [right, little, badly] = [0, 1, 2].map(|i| &cross_entropy[i]);
    let [certain, wrong] = [&accuracies[0], &accuracies[2]].map(percent);
    page.claim(
        Origin::Page,
        "Cross-entropy tells a prediction that is a little wrong from one that is badly wrong, and accuracy does not.",
        accuracies[1] == accuracies[2] && cross_entropy[1] < cross_entropy[2],
        format!(
            "The second answer is a little wrong and the third badly: both have an accuracy of {wrong}, but the loss is {little} \
             for the one and {badly} for the other. From the first answer to the second hardly anything changes, and the loss \
             only goes from {right} to {little}; the accuracy falls from {certain} to {wrong}."
        ),
    );
    Ok(())
}
