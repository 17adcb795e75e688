//! Why a difference belongs to the middle of its pixels: Taylor, the errors in numbers, and a spike.

use super::{listed, whole};
use num_traits::Zero;
use worked_examples::math::Padding::{Same, Valid};
use worked_examples::math::{
    Derivative, Formula, Polynomial, Stencil, argmax, cross_correlate, rot180, to_f64,
};
use worked_examples::prelude::*;

pub(super) fn how_exact(second: &Numbers, page: &mut Page) -> Told {
    let [zero, one] = [0, 1].map(whole);
    page.section("Why: Taylor");
    page.say(
        "Close to x, most functions that one meets can be put together from their value and their derivatives at x, \
         each times a power of the distance and a fixed factor (Taylor's expansion). Samples may also lie closer \
         together than 1, so let h be their distance again:",
    );
    page.formula(
        r"f(x \pm h) = f(x) \pm h\, f'(x) + \frac{h^2}{2} f''(x) \pm \frac{h^3}{6} f'''(x) + \frac{h^4}{24} f''''(x) \pm \dots",
        "f(x ± h) = f(x) ± h·f′(x) + h²/2·f″(x) ± h³/6·f‴(x) + h⁴/24·f⁗(x) ± …",
    );
    page.say(
        "Put this into the differences (with h/2 or 2h in place of h where they occur), and see what is left over \
         besides the derivative. Each difference stands here \
         twice. “At x” means that its result is put where its first pixel lies, “in the middle” that it is put in the \
         middle of its pixels. Four lines tell it all:",
    );
    page.formula(
        r"\begin{aligned} \frac{f(x+h) - f(x)}{h} &= f'(x) + \frac{h}{2} f''(x) + \dots \\ \frac{f(x+h/2) - f(x-h/2)}{h} &= f'(x) + \frac{h^2}{24} f'''(x) + \dots \\ \frac{f(x+2h) - 2 f(x+h) + f(x)}{h^2} &= f''(x) + h\, f'''(x) + \dots \\ \frac{f(x+h) - 2 f(x) + f(x-h)}{h^2} &= f''(x) + \frac{h^2}{12} f''''(x) + \dots \end{aligned}",
        "(f(x+h) − f(x)) / h              = f′(x) + h/2·f″(x) + …\n(f(x+h/2) − f(x−h/2)) / h        = f′(x) + h²/24·f‴(x) + …\n(f(x+2h) − 2·f(x+h) + f(x)) / h² = f″(x) + h·f‴(x) + …\n(f(x+h) − 2·f(x) + f(x−h)) / h²  = f″(x) + h²/12·f⁗(x) + …",
    );
    page.say(
        "The first leftover term says where a result belongs. f′(x) + h/2·f″(x) is how f′(x + h/2) begins: the \
         first difference is the slope half a pixel to the right. f″(x) + h·f‴(x) is how f″(x + h) begins: the \
         second difference belongs one pixel to the right. In the middle, all terms with odd powers of h cancel. \
         Here are the factors of all terms up to the fourth derivative, worked out in fractions for h = 1. (With \
         samples h apart, the factor of the k-th derivative is multiplied by hᵏ⁻¹ in the rows of a first \
         derivative, and by hᵏ⁻² in the others.)",
    );
    let formulas = formulas();
    page.table("taylor", ["formula", "f", "f′", "f″", "f‴", "f⁗"], taylor_factors(&formulas));
    page.say(
        "The Laplacian adds the last of the four formulas along x and the same along y; its row shows the terms along x. Two \
         things can be read off. A polynomial of degree d has no derivative beyond the d-th. So if the first leftover term holds \
         the k-th derivative, the formula is exact up to degree k − 1. And if that term has the factor hᵖ, the error is of order \
         p: for small h, halving h divides it by about 2ᵖ, as long as the derivative in that term is not 0.",
    );

    page.section("How exact?");
    let [slope, bend, laplacian] = KNOWN.map(|known| known.to_string().replace('-', "−"));
    page.say(format!(
        "Does this show in numbers? Here is the size of the error, without its sign and in thousandths, on f(x, y) = \
         1 / (x·y) at x = y = 1. There the first derivative along x is {slope}, the second is {bend}, and the Laplacian is {laplacian}. \
         The four columns of differences go along x and leave y at 1. The last column adds the second differences \
         along x and along y, each in the middle."
    ));
    page.table(
        "errors",
        ["h", "first at x", "first in middle", "second at x", "second in middle", "Laplacian"],
        errors_by_step(&formulas),
    );
    let factors =
        formulas.each_ref().map(|formula| format!("{:.2}", Value::from(formula.last_order().exp2())));
    page.ask(
        "In the last row h is halved once more. By which factor does each error fall, and which order is that?",
        format!(
            "By {} from left to right: about 2 (order 1) for the results at x, about 4 (order 2) for those in the \
             middle. More exactly, the order is the logarithm to base 2: log₂ {} = {}.",
            joined(&factors, ", "), factors[0], measured(&formulas[0])
        ),
    );
    page.say(format!(
        "The measured order is the logarithm to base 2 of the factor by which the error falls from one row to the \
         next. It comes closer to a whole number from row to row: for the second difference at x it is {}. In the \
         next table, the degree of the Laplacian counts for each variable alone: the Laplacian is exact as long as \
         neither the power of x nor the power of y exceeds it, so for x³·y³ too.",
        joined(formulas[2].orders.iter().map(|&order| format!("{:.2}", Value::from(order))), ", ")
    ));
    page.table(
        "orders",
        ["formula", "exact up to degree", "order of its error", "measured in the last two rows"],
        orders_of_accuracy(&formulas),
    );
    let slopes = formulas.each_ref().map(|formula| format!("{} {}", formula.name, measured(formula)));
    page.figure("error_by_step", error_chart(&formulas)).alt(format!(
        "The error against the distance h between the samples, both logarithmic: nearly straight lines. Their slopes at the left \
         end: {}. Two thin lines, the upper of slope 1 and the lower of slope 2, to compare them with. At the right end the \
         second difference at x and the Laplacian have the same error.",
        slopes.join("; ")
    ));
    let [first, first_in_middle, at_x, in_middle, laplacian] = &formulas;
    page.claim(
        "on the grid",
        "The smallest h is 1, so the derivative is f(x+1) − f(x).",
        ClaimVerdict::under(
            "f is a straight line, or the result is put at x + ½ and f is a parabola",
            first.errors[0] == zero,
            (first.degree, first_in_middle.degree) == (1, 2),
        ),
        format!(
            "At x the difference is exact up to degree {}, with an error of order {} beyond (measured {}); at x + ½ \
             it is exact up to degree {}.",
            first.degree, first.order, measured(first), first_in_middle.degree
        ),
    );
    let half = first.stencil.taylor_factor(2);
    page.claim(
        "on the grid",
        "Using the pixel at x and the one to its right shifts the derivative by half a pixel.",
        (first.order, first_in_middle.order) == (1, 2) && half == Exact::new(1.into(), 2.into()),
        format!(
            "At x, the first leftover term of the difference is {half}·f″. Moving f′ by half a pixel adds just that, to \
             first order. If the result is put at x + ½, the term is gone, and the order rises from {} (measured {}) to \
             {} (measured {}).",
            first.order, measured(first), first_in_middle.order, measured(first_in_middle)
        ),
    );
    page.claim(
        "below its derivation",
        "Each difference shifts by half a pixel, so the second difference ends up one pixel off.",
        (at_x.order, in_middle.order) == (1, 2) && at_x.stencil.taylor_factor(3) == one,
        format!(
            "At x, the first leftover term of the second difference is f‴. Moving f″ by one pixel adds just that, to \
             first order. Put at x + 1, the second difference is exact up to degree {}; put at x, only up to {}.",
            in_middle.degree, at_x.degree
        ),
    );
    // 1, x and x² at 0, 1 and 2, and the inverse of that matrix.
    let [powers, inverse] = ["1 1 1; 0 1 2; 0 1 4", "1 -3/2 1/2; 0 2 -1; 0 -1/2 1/2"].map(literal);
    page.claim(
        "on the second equation",
        "It is the simplest approximation of the second derivative that sampled data allows.",
        ClaimVerdict::under(
            "simplest means: from the fewest neighbouring samples",
            false,
            &inverse * &powers == DMatrix::identity(3, 3)
                && (&inverse * literal("0; 0; 2")).transpose() == exact(second)?
                && second.iter().all(|weight| *weight != zero),
        ),
        format!(
            "To be exact for 1, x and x², three pixels in a row have only one choice of weights: {}. None of \
             them is 0, so two of these pixels are not enough. The first exercise asks why.",
            listed(second)
        ),
    );

    page.section("To the left or to the right?");
    page.say(
        "What is computed at x belongs to x + 1: this shift is the bias that the source speaks of. It has to be \
         undone, and it is tempting to say: move the result to the left. Let a single pixel stand out and see where \
         the response to it lies. A response is what a filter gives. (Beyond the ends everything is 0.)",
    );
    let spike = page.show("spike", literal("0 0 0 0 1 0 0 0 0"));
    let response_at_x = page
        .show("response_at_x", cross_correlate(&spike, second, Valid)?.insert_columns(7, 2, Traced::zero()));
    let lowest = |row: &Numbers| argmax(&-row).unwrap_or_default();
    let computed = lowest(&response_at_x);
    page.ask(
        format!(
            "The response is largest in size where it is lowest, {}. At which x is that, and which way must the \
             response move to lie under the spike?",
            response_at_x[computed].to_string().replace('-', "−")
        ),
        format!(
            "At x = {computed}, to the left of the spike: the formula looks to the right, so it meets the spike too \
             early. The response has to move right."
        ),
    );
    let moved_left =
        page.show("moved_left", response_at_x.clone().remove_column(0).insert_column(8, Traced::zero()));
    let moved_right =
        page.show("moved_right", response_at_x.clone().remove_column(8).insert_column(0, Traced::zero()));
    let [stands, left, right] =
        [argmax(&spike).unwrap_or_default(), lowest(&moved_left), lowest(&moved_right)];
    let strip = |name, row: &Numbers| (name, to_f64(row).as_slice().to_vec());
    let rows = vec![
        strip("spike", &spike),
        strip("response, put at x", &response_at_x),
        strip("moved left", &moved_left),
        strip("moved right", &moved_right),
    ];
    page.figure("spike_and_responses", Chart::Strips { columns: "x", rows }).alt(format!(
        "Four rows of numbers under each other. The spike stands at x = {stands}; its second difference is \
         lowest at {computed} as computed, at {left} moved left, at {right} moved right."
    ));
    page.headline(
        "below its derivation",
        "Shifting the output to the left by one pixel leaves no bias.",
        left == stands,
        format!(
            "With f(x+2) − 2·f(x+1) + f(x) as the output at x, a spike at {stands} shows up at {computed}. Shifted \
             left it would be at {left}; it has to be shifted right, to {right}. What moves left is the window: \
             with x − 1 in place of x the formula reads its samples further left, and so its output moves right."
        ),
    );
    let with_x_in_the_middle = cross_correlate(&spike, second, Same)?;
    page.claim(
        "below its derivation",
        "The shift leads to f(x+1) − 2·f(x) + f(x−1), which has no bias.",
        with_x_in_the_middle == moved_right
            && in_middle.stencil.taylor_factor(3) == zero
            && rot180(second) == *second,
        format!(
            "Its response to the spike is {}: the output moved to the right, as it should be. And whatever f is, a \
             symmetric kernel has no term with f‴ or any other odd derivative, so nothing is shifted.",
            listed(&with_x_in_the_middle)
        ),
    );
    page.headline(
        Origin::Page,
        "Centred on its middle pixel, the second difference is the second derivative.",
        ClaimVerdict::under(
            "f is a polynomial of degree at most 3",
            in_middle.errors[0] == zero,
            (in_middle.degree, laplacian.degree) == (3, 3),
        ),
        format!(
            "Centred on its middle pixel, the second difference is exact up to degree {}, and the Laplacian up to \
             degree {} in each variable; beyond that the error begins with {}·h²·f⁗ (for the Laplacian with the sum of \
             two such terms, along x and along y), so it is of order {} (measured {}). If the second difference is put \
             at its first pixel instead, it is exact only up to degree {}, and its error is of order {} (measured \
             {}).",
            in_middle.degree, laplacian.degree, in_middle.stencil.taylor_factor(4), in_middle.order, measured(in_middle),
            at_x.degree, at_x.order, measured(at_x)
        ),
    );
    Ok(())
}

/// The samples lie a pixel divided by each of these apart.
const PARTS: [i32; 6] = [2, 4, 8, 16, 32, 64];
/// The distances that belong to them.
const TICKS: [f64; 6] = [1.0 / 2.0, 1.0 / 4.0, 1.0 / 8.0, 1.0 / 16.0, 1.0 / 32.0, 1.0 / 64.0];
/// The derivatives of 1 / (x·y) at (1, 1): the first along x, the second along x, and the Laplacian.
const KNOWN: [i32; 3] = [-1, 2, 4];

/// The last of the measured orders, in words.
fn measured(formula: &Formula) -> String {
    format!("{:.2}", Value::from(formula.last_order()))
}

/// By how much each formula misses the derivatives of 1 / (x·y) at (1, 1), in thousandths.
fn formulas() -> [Formula; 5] {
    let slope: Derivative = |f, x, y| f.derivative_x().at(x, y);
    let bend: Derivative = |f, x, y| f.derivative_x().derivative_x().at(x, y);
    let (first, second) = (Stencil::forward_difference(), Stencil::second_difference());
    let thousandths = |x: Exact, y: Exact| whole(1000) / (x * y);
    let (place, distances) = ((whole(1), whole(1)), PARTS.map(|parts| Exact::new(1.into(), parts.into())));
    let formula = |name, stencil, derivative, known: i32| {
        let known = whole(1000 * i64::from(known));
        Formula::new(name, stencil, derivative, thousandths, &place, &known, &distances)
    };
    [
        formula("first difference, at x", first.clone(), slope, KNOWN[0]),
        formula("first difference, in the middle", first.centred(), slope, KNOWN[0]),
        formula("second difference, at x", second.clone(), bend, KNOWN[1]),
        formula("second difference, in the middle", second.centred(), bend, KNOWN[1]),
        formula("Laplacian, in the middle", Stencil::laplacian(), Polynomial::laplacian_at, KNOWN[2]),
    ]
}

fn taylor_factors(formulas: &[Formula; 5]) -> impl Iterator<Item: Row<6>> {
    formulas.iter().map(|formula| {
        let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|k| formula.stencil.taylor_factor(k).to_string());
        (formula.name, a, b, c, d, e)
    })
}

fn errors_by_step(formulas: &[Formula; 5]) -> impl Iterator<Item: Row<6>> {
    PARTS.iter().enumerate().map(|(i, parts)| {
        let [a, b, c, d, e] = formulas.each_ref().map(|formula| &formula.errors[i]);
        (format!("1/{parts}"), a, b, c, d, e)
    })
}

fn orders_of_accuracy(formulas: &[Formula; 5]) -> impl Iterator<Item: Row<4>> {
    formulas.iter().map(|f| (f.name, f.degree, f.order, f.last_order()))
}

/// The errors against h, and slopes of orders 1 and 2 to compare them with.
fn error_chart(formulas: &[Formula; 5]) -> Chart {
    let guide = |label, order, factor: f64| {
        Line::guide(label, [1.0 / 64.0, 0.5].map(|h: f64| (h, factor * h.powi(order))))
    };
    let lines = formulas.iter().map(|formula| Line::new(formula.name, formula.points.clone()));
    let guides =
        [guide("slope 1 (upper thin line)", 1, 10_000.0), guide("slope 2 (lower thin line)", 2, 100.0)];
    let h = Axis::logarithmic("distance h between the samples").with_ticks(&TICKS);
    Chart::lines(h, Axis::logarithmic("size of the error, in thousandths"), lines.chain(guides))
}
