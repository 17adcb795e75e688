//! The 3×3 Laplacian of a 4096×4096 image in `f32`. `benches/filters.py` runs it beside `SciPy` and `OpenCV`.

use divan::{Bencher, black_box};
use nalgebra::{DMatrix, dmatrix};
use worked_examples::math::{Padding::Same, cross_correlate};

fn main() {
    divan::main();
}

#[divan::bench]
fn laplacian(bencher: Bencher) {
    let image = DMatrix::from_fn(4096, 4096, |row, column| ((7 * row + 3 * column) % 256) as f32);
    let kernel = dmatrix![0.0, 1.0, 0.0; 1.0, -4.0, 1.0; 0.0, 1.0, 0.0];
    bencher.bench(|| cross_correlate(black_box(&image), black_box(&kernel), Same));
}
