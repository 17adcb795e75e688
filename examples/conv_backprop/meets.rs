//! Which weight meets which cell: the rules of the way back, read off the way forward.

use worked_examples::math::{Forward, Shape, to_f64};
use worked_examples::prelude::*;

const MEANINGS: [(Shading, &str); 2] =
    [(Shading::Strong, "meets kernel_2[0,0]"), (Shading::Light, "window of the output")];
const RULES: [[&str; 3]; 3] = [
    ["output", "a1 ∗ kernel_2", "a1 ★ kernel_2"],
    ["gradient of the kernel", "rot180( a1 ★ delta )", "a1 ★ delta"],
    ["delta below", "delta ★_full kernel_2", "delta ∗_full kernel_2"],
];

pub fn tell(page: &mut Page, forward: Forward, [a1, kernel_2, delta]: [&Numbers; 3]) {
    page.section("Backward: who meets whom");
    page.say(
        "How does L change when a weight changes? Follow one weight, `kernel_2[0,0]`. As the kernel slides, this weight meets \
         one cell of `a1` for each output; in the figure the cell is framed. If the weight grows by 1, that output grows by \
         the number in the cell, and so L grows by this number times the delta of the output, which stands below the matrix. \
         Add these products up over all outputs, and you have the derivative of L with respect to the weight. Now follow one \
         cell of `a1` instead. It may lie in several windows, each time under another weight. (A corner of `a1` lies in only \
         one.) The derivative of L with respect to this cell is a sum again: for each output whose window holds the cell, the \
         delta of the output times the weight that lies on the cell.",
    );
    let last = (kernel_2.nrows() - 1, kernel_2.ncols() - 1);
    let met = forward.either(last, (0, 0));
    let (cells, deltas) = (decimals(&a1.view(met, delta.shape()).into_owned(), 4), decimals(delta, 4));
    let outputs = if delta.len() > 4 { "of the first four outputs" } else { "output" };
    let which = forward.either("because the kernel is turned, the last one", "the first one");
    let window = |(i, j): Shape| {
        let caption = format!("a2[{i},{j}], delta {}", delta[(i, j)]);
        Grid::window(caption, &to_f64(a1), (i, j), kernel_2.shape(), met)
    };
    let grids = positions(delta).take(4).map(window).collect();
    page.figure("who_meets_whom", Chart::Grids { grids, meanings: MEANINGS.into() }).alt(format!(
        "The matrix a1, once for each {outputs} of the second layer. The window of the output is \
         shaded, and the cell that meets the weight kernel_2[0,0] is framed: {which} of its window. These cells are \
         {cells}, and the deltas below them are {deltas}."
    ));
    let (m, n) = last;
    let ends = format!(" M and N are the numbers of the kernel's last row and column, here {m} and {n}.");
    page.say(format!(
        "In symbols: multiply L out. It is a sum of products, and its derivative with respect to a factor is what is left of \
         the products with this factor. The indices i and j run over the rows and columns of `delta`, u and v over those of \
         the kernel. The weight in question stands in row p and column q, the cell of `a1` in row r and column s.{} (Where an index falls outside of the kernel, the product is left out.)",
        forward.either(ends.as_str(), "")
    ));
    page.formula(
        forward.either(
            r"\begin{aligned} L &= \sum_{i,j} \text{delta}_{ij} \sum_{u,v} \text{a1}_{i+u,\,j+v}\; \text{kernel\_2}_{M-u,\,N-v} \\ \frac{\partial L}{\partial\, \text{kernel\_2}_{pq}} &= \sum_{i,j} \text{delta}_{ij}\; \text{a1}_{i+M-p,\,j+N-q} \\ \frac{\partial L}{\partial\, \text{a1}_{rs}} &= \sum_{i,j} \text{delta}_{ij}\; \text{kernel\_2}_{M-r+i,\,N-s+j} \end{aligned}",
            r"\begin{aligned} L &= \sum_{i,j} \text{delta}_{ij} \sum_{u,v} \text{a1}_{i+u,\,j+v}\; \text{kernel\_2}_{uv} \\ \frac{\partial L}{\partial\, \text{kernel\_2}_{pq}} &= \sum_{i,j} \text{delta}_{ij}\; \text{a1}_{i+p,\,j+q} \\ \frac{\partial L}{\partial\, \text{a1}_{rs}} &= \sum_{i,j} \text{delta}_{ij}\; \text{kernel\_2}_{r-i,\,s-j} \end{aligned}",
        ),
        forward.either(
            "L = Σᵢⱼ delta[i, j] · Σᵤᵥ a1[i+u, j+v] · kernel_2[M−u, N−v]\n∂L/∂kernel_2[p, q] = Σᵢⱼ delta[i, j] · a1[i+M−p, j+N−q]\n∂L/∂a1[r, s] = Σᵢⱼ delta[i, j] · kernel_2[M−r+i, N−s+j]",
            "L = Σᵢⱼ delta[i, j] · Σᵤᵥ a1[i+u, j+v] · kernel_2[u, v]\n∂L/∂kernel_2[p, q] = Σᵢⱼ delta[i, j] · a1[i+p, j+q]\n∂L/∂a1[r, s] = Σᵢⱼ delta[i, j] · kernel_2[r−i, s−j]",
        ),
    );
    page.say(forward.either(
        "M−u and N−v count backwards: that is the turn. In the second line the indices of `a1` grow with i and j, so `delta` \
         slides over `a1` as it is. But p and q are subtracted: the window that begins at [0,0] belongs to the last weight. So \
         the result comes out turned by 180°, and rot180 turns it back. In the third line the kernel's indices grow with i and j, \
         too, so the kernel slides over `delta` as it is. There the kernel's first row lies on row i = r − M of `delta`, and \
         its first column on column s − N. These grow with r and s, so this result is not turned. (In the other forward pass they are r−i and s−j. They fall as i and j \
         grow, so there the kernel is turned.)",
        "In the second line the indices of `a1` grow with i and j, so `delta` slides over `a1` as it is. In the third line the \
         kernel's indices fall as i and j grow, so the kernel is turned before it slides over `delta`. (In the other forward \
         pass the weights are met in reverse order. There the gradient of the kernel has to be turned back, and the kernel \
         slides over `delta` as it is.)",
    ));
    page.say(
        "The kernel hangs over the edge of `delta`, where all cells count as 0. We call this full, and mark it `_full`. \
         Without the mark the pass is valid, as before: nothing hangs over. Here are the rules for both kinds of forward pass. The \
         delta below is ∂L/∂a1, which is passed down to the first layer; as a matrix of this page it is `d_a1`.",
    );
    page.table("rules", ["what is computed", "forward ∗", "forward ★"], RULES).code = None;
}
