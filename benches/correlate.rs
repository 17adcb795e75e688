//! A 3×3 kernel over a 4096×4096 image in `f32`. `benches/filters.py` runs it beside `SciPy`.

use divan::{Bencher, black_box};
use nalgebra::{DMatrix, dmatrix};
use worked_examples::math::Padding::{self, Same, Valid};
use worked_examples::math::cross_correlate;

fn main() {
    divan::main();
}

#[divan::bench(args = [Valid, Same])]
fn correlate(bencher: Bencher, padding: Padding) {
    let image = DMatrix::from_fn(4096, 4096, |row, column| ((7 * row + 3 * column) % 256) as f32);
    let kernel = dmatrix![0.5, -1.0, 0.25; 2.0, 1.5, -0.75; -0.125, 3.0, 1.0];
    bencher.bench(|| cross_correlate(black_box(&image), black_box(&kernel), padding));
}
