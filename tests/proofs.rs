//! A proof finds what is wrong: the rules of a convolution and of a ReLU, right and broken on purpose.

use nalgebra::DMatrix;
use worked_examples::Exact;
use worked_examples::math::Padding::{Full, Valid};
use worked_examples::math::{
    ShapeError, convolve, cross_correlate, relu, relu_derivative, rot180, squared_error,
};
use worked_examples::notebook::{
    Cell, Notebook, Page, Proof, ProofEntry, Reach, Traced, is_gradient_for_all_numbers, parse_matrix,
};

fn matrix(text: &str) -> DMatrix<Exact> {
    parse_matrix(text).expect("a matrix")
}

/// The proof of a gradient that is computed from given matrices; the last of them is what it is the gradient by.
fn proof<const N: usize>(
    given: [(&'static str, &str); N],
    function: impl Fn(&[DMatrix<Traced>; N]) -> Result<Traced, ShapeError>,
    gradient: impl Fn(&[DMatrix<Traced>; N]) -> Result<DMatrix<Traced>, ShapeError>,
) -> Proof {
    let mut page = Page::new(Notebook::default(), &[], false);
    page.section("Given");
    let given = given.map(|(name, text)| page.given(name, &matrix(text)));
    let function = page.value("L", function(&given).expect("shapes that fit"));
    let gradient = page.show("gradient", gradient(&given).expect("shapes that fit"));
    page.prove_gradient(&gradient, &function, &given[N - 1]);
    let notebook = page.finish().expect("a page without mistakes");
    let proof = notebook.cells().find_map(|(_, cell)| match cell {
        Cell::Proof(proof) => Some(proof.clone()),
        _ => None,
    });
    proof.expect("the page has a proof")
}

const GIVEN: [(&str, &str); 4] = [
    ("image", "7 -3 -7 5; 9 -5 -2 9; -1 8 -3 -5; 0 2 -1 6"),
    ("delta", "-7 15; -9 2"),
    ("kernel_2", "-5 1; 3 9"),
    ("kernel_1", "1/10 -3; -5 7"),
];

type Four = [DMatrix<Traced>; 4];

fn loss([image, delta, kernel_2, kernel_1]: &Four) -> Result<Traced, ShapeError> {
    let a2 = convolve(&convolve(image, kernel_1, Valid)?, kernel_2, Valid)?;
    Ok(a2.component_mul(delta).sum())
}

#[test]
fn the_rules_of_two_convolutions_hold_for_all_numbers() {
    let right = proof(GIVEN, loss, |[image, delta, kernel_2, _]| {
        Ok(rot180(&cross_correlate(image, &cross_correlate(delta, kernel_2, Full)?, Valid)?))
    });
    assert_eq!((right.verdict(), right.reach), ("held", Reach::AllNumbers));
    // ∂L/∂kernel_1[0,0] collects each of 4 deltas times each of 4 weights.
    assert_eq!(right.derivative.unwrap().count, 16);
}

#[test]
fn a_broken_rule_fails_at_these_numbers_and_for_all() {
    type Rule = fn(&Four) -> Result<DMatrix<Traced>, ShapeError>;
    let broken: [(&str, Rule); 4] = [
        ("operands swapped", |[image, delta, kernel_2, _]| {
            Ok(rot180(&cross_correlate(image, &cross_correlate(kernel_2, delta, Full)?, Valid)?))
        }),
        ("rotation left out", |[image, delta, kernel_2, _]| {
            cross_correlate(image, &cross_correlate(delta, kernel_2, Full)?, Valid)
        }),
        ("a convolution", |[image, delta, kernel_2, _]| {
            Ok(rot180(&convolve(image, &cross_correlate(delta, kernel_2, Full)?, Valid)?))
        }),
        ("a factor of 2", |[image, delta, kernel_2, _]| {
            let right = rot180(&cross_correlate(image, &cross_correlate(delta, kernel_2, Full)?, Valid)?);
            Ok(right.map(|entry| entry * Traced::from(2)))
        }),
    ];
    for (name, rule) in broken {
        let proof = proof(GIVEN, loss, rule);
        assert_eq!((proof.verdict(), proof.reach), ("failed", Reach::TheseNumbers), "{name}");
        // The finite differences find it without the algebra.
        assert!(
            proof.entries.iter().any(|entry| matches!(entry, ProofEntry::Failed { found: Some(_) })),
            "{name}"
        );
    }
}

#[test]
fn what_is_right_only_for_these_numbers_is_not_proven_for_all() {
    // With a delta that is its own rotation by 180° the turn may be left out.
    let [image, _, kernel_2, kernel_1] = GIVEN;
    let given = [image, ("delta", "1 2; 2 1"), kernel_1, kernel_2];
    let loss = |[image, delta, kernel_1, kernel_2]: &Four| {
        let a2 = convolve(&convolve(image, kernel_1, Valid)?, kernel_2, Valid)?;
        Ok(a2.component_mul(delta).sum())
    };
    let taught = |[image, delta, kernel_1, _]: &Four| {
        Ok(rot180(&convolve(&convolve(image, kernel_1, Valid)?, delta, Valid)?))
    };
    let proof = proof(given, loss, taught);
    assert_eq!((proof.verdict(), proof.reach), ("held", Reach::TheseNumbers));
    let given =
        given.map(|(name, text)| worked_examples::notebook::given(name, &matrix(text).map(Traced::from)));
    let (loss, taught) = (loss(&given).unwrap(), taught(&given).unwrap());
    assert!(!is_gradient_for_all_numbers(&taught, &loss, &given[3]));
}

type Three = [DMatrix<Traced>; 3];

fn relu_loss([image, target, filter]: &Three) -> Result<Traced, ShapeError> {
    squared_error(&relu(&cross_correlate(image, filter, Valid)?), target)
}

fn relu_gradient([image, target, filter]: &Three) -> Result<DMatrix<Traced>, ShapeError> {
    let pre_activation = cross_correlate(image, filter, Valid)?;
    let error = relu(&pre_activation) - target;
    cross_correlate(image, &error.component_mul(&relu_derivative(&pre_activation)), Valid)
}

fn relu_proof(image: &str, target: &str, filter: &str) -> Proof {
    proof([("image", image), ("target", target), ("filter", filter)], relu_loss, relu_gradient)
}

#[test]
fn behind_a_relu_a_proof_holds_where_all_signs_stay() {
    let held = relu_proof("1 0 1; 0 0 1; 1 0 0", "1 1; 1 1", "1 -2; 1/2 1");
    assert_eq!((held.verdict(), held.reach), ("held", Reach::TheseSigns));
    let unmasked = |[image, target, filter]: &Three| {
        cross_correlate(image, &(relu(&cross_correlate(image, filter, Valid)?) - target), Valid)
    };
    let given = [("image", "1 0 1; 0 0 1; 1 0 0"), ("target", "1 1; 1 1"), ("filter", "1 -2; 1/2 1")];
    let failed = proof(given, relu_loss, unmasked);
    assert_eq!((failed.verdict(), failed.reach), ("failed", Reach::TheseNumbers));
}

#[test]
fn a_kink_that_makes_no_difference_is_held_from_both_sides() {
    // Two pre-activations are 0, but so is their target: the squared error is flat there.
    let proof = relu_proof("1 0 1; 0 0 1; 1 0 0", "0 0; 0 0", "1 0; 0 1");
    assert_eq!(proof.verdict(), "held");
    assert_eq!(proof.entries[(0, 1)], ProofEntry::HeldFromBothSides);
    assert_eq!(proof.counts(), [4, 0, 0]);
}

#[test]
fn at_a_kink_the_entry_is_the_convention() {
    for (image, target, filter) in [
        ("1 2", "1", "2 -1"),
        // Two kinks that cancel: the loss is smooth, with another slope than the convention gives.
        ("-1 1 -1", "1 -1", "1 1"),
        ("1 1 -1 1", "1 1 -1", "1 1"),
        ("1 0 -1 1 0 -1", "1 -1 1 1", "0 0 0"),
    ] {
        assert_eq!(relu_proof(image, target, filter).verdict(), "at_kink", "{image}");
    }
}

/// Every small input is proven, or stands at a kink: none fails.
#[test]
fn no_small_input_fails() {
    let digits = |number: i32| (0..5).map(move |i| number / 3_i32.pow(i) % 3 - 1);
    for number in 0..3_i32.pow(5) {
        let d: Vec<_> = digits(number).collect();
        let image = format!("{} {} {}", d[0], d[1], d[2]);
        for target in ["1 -1", "0 1", "-1 0"] {
            let proof = relu_proof(&image, target, &format!("{} {}", d[3], d[4]));
            assert_ne!(proof.verdict(), "failed", "{image} / {} {} / {target}", d[3], d[4]);
        }
    }
}
