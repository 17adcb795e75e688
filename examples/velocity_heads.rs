//! A velocity as the output of a network: a class for each pair, a class for each interval of each axis, or two numbers.

use num_traits::{One, Signed};
use std::f64::consts::FRAC_1_SQRT_2;
use worked_examples::math::{BinError, Bins, argmax, bipolar_sigmoid, one_hot};
use worked_examples::prelude::*;
use worked_examples::training::{Budget, STATE, VelocityHead};

#[path = "velocity_heads/inside.rs"]
mod inside;
#[path = "velocity_heads/trained.rs"]
mod trained;

use trained::{steps, tasks, trained};

/// What is given.
#[derive(Args)]
pub struct Inputs {
    /// The velocity that is written in three ways: x and y, from -1 to 1 m/s
    #[arg(long, value_parser = matrix, value_name = "X Y", default_value = "0.3 0.5")]
    pub velocity: DMatrix<Exact>,
    /// How wide an interval is, in m/s: a number that divides 2, at least 0.01
    #[arg(long, value_parser = number, default_value = "0.1")]
    pub resolution: Exact,
    /// The first of the three seeds that everything is trained with, from 1 on
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub seed: u32,
    /// How many situations a network learns from, at most 20000
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u16).range(1..=20_000))]
    pub train_size: u16,
    /// How often it sees each of them, at most 200
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..=200))]
    pub epochs: u16,
    /// How many units the hidden layer has, at most 256
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub hidden: u16,
    /// Measure times, which differ from run to run
    #[arg(long)]
    pub timings: bool,
}

/// Whether times are measured makes no other inputs of them.
impl PartialEq for Inputs {
    fn eq(&self, other: &Self) -> bool {
        let sizes = |inputs: &Self| (inputs.seed, inputs.train_size, inputs.epochs, inputs.hidden);
        (&self.velocity, &self.resolution, sizes(self)) == (&other.velocity, &other.resolution, sizes(other))
    }
}

/// The topic, as the command line and the walkthroughs find it.
pub const TOPIC: Topic<Inputs> = Topic {
    name: "velocity_heads",
    title: "A velocity: 400 classes, 40 classes or two numbers",
    question: "A network has to output a velocity. Should it choose among classes, or output two numbers?",
    source: Some(
        "Somebody trains a network that controls a character's speed with 400 output neurons, and asks whether fewer would do. An \
         answer writes the classes down axis by axis and suggests two numbers in their place. Both ways are tested here, and two \
         more.",
    ),
    lesson: "Three ways to let a network output a velocity, what each of them costs, and what they do where there are two good \
        answers.",
    minutes: 60,
    requires: "what a network with a hidden layer is, softmax and cross-entropy, the mean squared error, training by gradient \
               descent (learning rate, batch, epoch), conditional probability",
    code: &[
        include_str!("velocity_heads.rs"),
        include_str!("velocity_heads/trained.rs"),
        include_str!("velocity_heads/inside.rs"),
    ],
    blanks: &["one_hot_x", "one_hot_y", "growth"],
    gives: &[],
    mistakes: &[
        mistake(
            "intervals = points",
            "points",
            "count the gaps, and not the fence posts: there is one gap less",
        ),
        mistake(
            "one_hot_x = x_in_single_precision",
            "precision",
            "this is the class that single precision gives; on an edge, compute in fractions, or round before you cut off",
        ),
        mistake(
            "one_hot_y = y_in_single_precision",
            "precision",
            "this is the class that single precision gives; on an edge, compute in fractions, or round before you cut off",
        ),
        mistake(
            "points = intervals",
            "intervals",
            "count the fence posts, and not the gaps: there is one post more",
        ),
    ],
    check,
    vary,
    is_worth_working: |_| true,
    tell,
};

/// Another velocity and another hidden layer; training is short, since the exercise is about the encodings.
fn vary(draw: &mut Draw) -> Option<Inputs> {
    Some(Inputs {
        velocity: DMatrix::from_fn(1, 2, |_, _| draw.tenths(-10..=10)),
        resolution: Exact::new(1.into(), 10.into()),
        seed: 1,
        train_size: 500,
        epochs: 4,
        hidden: draw.integer(8..=64).unsigned_abs().try_into().unwrap_or(64),
        timings: false,
    })
}

/// So many intervals an axis has at a resolution of 0.01 m/s.
const MOST_INTERVALS: usize = 200;
/// What training may take: little more than the default inputs. Five billion of these took a second.
const MOST_STEPS: u64 = 50_500_000_000;

fn check(inputs: &Inputs) -> Result<(), Unusable> {
    let Inputs { velocity, resolution, hidden, train_size, epochs, .. } = inputs;
    cli::expect_shape("--velocity", velocity.shape(), (1, 2), "two numbers, x and y")?;
    for component in velocity {
        let why = format!("given {}, expected x and y from -1 to 1", quote(&write_number(component)));
        Unusable::unless(component.abs() <= Exact::one(), "--velocity", why)?;
    }
    let given = quote(&write_number(resolution));
    let why = format!("given {given}, expected a number that divides 2, from 0.01 to 2");
    let bins = intervals(resolution).map_err(|_| Unusable::option("--resolution", why))?;
    let count = bins.count();
    let why = format!("given {given}: that makes {count} intervals an axis, at most {MOST_INTERVALS}");
    Unusable::unless(count <= MOST_INTERVALS, "--resolution", why)?;
    let budget = Budget { bins, train_size: (*train_size).into(), epochs: (*epochs).into() };
    let (steps, outputs) = (steps(&budget, (*hidden).into()), VelocityHead::Joint.outputs(&budget.bins));
    let tenths = steps.div_ceil(MOST_STEPS / 10);
    let why = format!(
        "given {train_size}: with {}, {} and {} training takes {}.{} times as long as is allowed, take fewer",
        counted((*epochs).into(), "epoch"),
        counted((*hidden).into(), "hidden unit"),
        counted(outputs, "output"),
        tenths / 10,
        tenths % 10
    );
    Unusable::unless(steps <= MOST_STEPS, "--train-size", why)
}

fn intervals(resolution: &Exact) -> Result<Bins, BinError> {
    Bins::new(Exact::from_integer((-1).into()), Exact::from_integer(1.into()), resolution.clone())
}

/// The heads that are written down by hand.
const ENCODINGS: [VelocityHead; 3] =
    [VelocityHead::Joint, VelocityHead::Factorised, VelocityHead::Regression];

fn tell(inputs: &Inputs, page: &mut Page) -> Told {
    let Inputs { velocity, resolution, .. } = inputs;
    let hidden = usize::from(inputs.hidden);
    let bins = intervals(resolution)?;
    let (count, posts) = (bins.count(), bins.points().count());
    let half = Traced::one() / 2.into();

    page.section("What is given");
    page.say(
        "A network controls how fast a character moves in two directions, x and y, each between −1 and 1 m/s. The last part of a \
         network is called its head: the output layer, what its outputs stand for, and the loss that it is trained with. Here are \
         three heads for a velocity: a class for each pair of an x and a y, a class for each x and a class for each y, or just two \
         numbers; a fourth follows further down. `resolution` is the width of a class in m/s, and `hidden` is the number of units \
         in the network's hidden layer.",
    );
    let velocity_row = page.given("velocity", velocity);
    let width = page.given_number("resolution", resolution);
    page.given_number("hidden", &Exact::from_integer(hidden.into()));
    page.given_text("seed", &inputs.seed.to_string());
    page.given_text("train_size", &inputs.train_size.to_string());
    page.given_text("epochs", &inputs.epochs.to_string());

    page.section("Intervals and points");
    let gaps = counted(count, "gap");
    page.ask(
        format!("How many values are there from −1 to 1 in steps of {width}?"),
        format!(
            "{posts}. There {} {gaps} between them, and a fence with {gaps} has {posts} posts.",
            if count == 1 { "is" } else { "are" }
        ),
    );
    let counted_intervals = page.value("intervals = 2 / resolution", Traced::from(2) / width.clone());
    page.value("points = intervals + 1", counted_intervals + Traced::one());
    if page.has_the_default_inputs() {
        page.say(
            "The source writes six numbers of an axis over its neurons, and under them a row for each component of the velocity. On \
             the axis of all points they are:",
        );
        let axis: Vec<_> = bins.points().collect();
        let places = [0, 1, 13, 14, 15, 20];
        let axis_excerpt = page.show("axis_excerpt", DMatrix::from_fn(1, 6, |_, j| axis[places[j]].clone()));
        page.audit(&axis_excerpt, printed("-1 -0.9 0.3 0.4 0.5 1.0", 1));
        let is_at = |i: usize, j: usize| usize::from(axis[places[j]] == velocity[i]);
        let one_hot_excerpt = page.show("one_hot_excerpt", DMatrix::from_fn(2, 6, is_at));
        page.audit(&one_hot_excerpt, printed("0 0 1 0 0 0; 0 0 0 0 1 0", 0));
        let (points, x) = (axis.len(), &velocity_row[0]);
        page.claim(
            Origin::Implied("in the answer, where it writes an axis over the neurons"),
            "The neurons that the question counts, 20 for each direction, stand for the numbers −1, −0.9 … 1.0.",
            ClaimVerdict::under(
                "a neuron stands for a point, so that there are 21 for each direction",
                points == 20,
                points == 21,
            ),
            format!(
                "The question splits the range into intervals, of which there are {count}; the axis has {points} points. {x:.1} \
                 is one of the points, but an edge between two of the intervals."
            ),
        );
    }

    page.section("Three ways to write a velocity");
    page.say(
        "From here on a class is an interval. It contains its lower edge and not its upper one; only the last interval contains \
         both. So every velocity from −1 to 1 has exactly one class. A row with a 1 for the right class and 0 for all others is \
         called one-hot. With a class for each interval of each axis, which is called factorised here, the velocity becomes two \
         one-hot rows:",
    );
    let classes = [bins.index(&velocity[0])?, bins.index(&velocity[1])?];
    let one_hot_x = page.show("one_hot_x", one_hot::<Exact>(classes[0], count));
    let one_hot_y = page.show("one_hot_y", one_hot::<Exact>(classes[1], count));
    let single = ["x_in_single_precision", "y_in_single_precision"];
    for ((name, component), class) in single.into_iter().zip(velocity).zip(classes) {
        let in_single = bins.index_in_single_precision(component);
        if in_single != class {
            let (axis, edge) = (&name[..1], class.max(in_single));
            let is_on = (component + Exact::one()) / resolution == Exact::from_integer(edge.into());
            page.say(format!(
                "{axis} = {} lies {} the edge between the classes {} and {edge}, and there rounding decides: in single precision \
                 ({axis} + 1) / width comes out {} {edge}, and a program that cuts off its decimals takes class {in_single}:",
                write_number(component),
                if is_on { "on" } else { "close to" },
                edge - 1,
                if in_single < class { "below" } else { "as" }
            ));
            page.show(name, one_hot::<Exact>(in_single, count));
        }
    }
    let [x_class, y_class] = [&one_hot_x, &one_hot_y].map(|row| argmax(row).unwrap_or_default());
    page.say(format!(
        "With a class for each pair, which is called joint here, it becomes a table: each row is an x, each column is a y, and the \
         only 1 is in row {x_class} and column {y_class}, counted from 0. It is the row of x, turned into a column, times the row \
         of y.",
    ));
    let one_hot_joint = page.show("one_hot_joint", exact(&(one_hot_x.transpose() * &one_hot_y))?);
    let ones = |matrix: &Numbers| matrix.iter().filter(|entry| **entry == Traced::one()).count();
    let (in_the_table, in_the_rows) = (one_hot_joint.len(), one_hot_x.len() + one_hot_y.len());
    page.claim(
        "in the answer, on classification",
        "The expected output has a single 1 for each component of the velocity, and 0 everywhere else.",
        ClaimVerdict::under(
            "each direction has neurons of its own",
            ones(&one_hot_joint) == 2,
            [&one_hot_x, &one_hot_y].map(ones) == [1, 1],
        ),
        format!(
            "Of the {in_the_table} neurons that the question counts a single one is 1, for x and y together. The rows of the answer \
             are another encoding. With a neuron for each interval it has {in_the_rows} neurons ({} with one for each point), so it \
             needs fewer already.",
            2 * posts
        ),
    );
    page.say("And two numbers:");
    page.show("two_numbers", exact(&velocity_row)?);

    page.section("And back again");
    page.on_screen().ask(
        "Back from a class to a velocity: what does each of the three encodings give?",
        "Two numbers give back what was written. A class gives the middle of its interval, joint or not.",
    );
    page.say(format!(
        "Class {x_class} of x begins {} above −1, and its middle is half a width further; likewise class {y_class} of \
         y.",
        counted(x_class, "width")
    ));
    let middle = |class: usize| (Traced::from(class) + half.clone()) * width.clone() - 1.into();
    let decoded = page.show("decoded", DMatrix::from_fn(1, 2, |_, axis| middle([x_class, y_class][axis])));
    page.say(
        "The middle of the right class misses by up to half a width on each axis. Where velocities are spread evenly, the mean \
         square of the miss is width²/12 on one axis, so width²/6 on both together. The root of that, width / √6, is called the \
         floor here:",
    );
    let largest_miss = page.value("largest_miss = resolution / 2", width.clone() / 2.into());
    let floor = page.value("floor", width / Traced::from(6).sqrt());
    let missed = &decoded - &velocity_row;
    let (x, y) = (&missed[0], &missed[1]);
    page.with_the_default_inputs().say(format!(
        "Here the middles miss by {x:.2} and {y:.2} m/s. Both components lie on an edge, and {largest_miss:.2} m/s is the \
         most that an interval can miss. The points of the source's axis would give both exactly."
    ));
    page.say(
        "A network does not choose one class, though: a softmax gives each class a probability. There are two ways to read a \
         velocity off them. One takes the middle of the likeliest class (of both axes: of the likeliest pair), and where velocities \
         are spread evenly it cannot beat the floor. The other takes the expectation: the mean of all middles, each weighted with \
         its probability. It can lie between two middles, and the floor does not bind it.",
    );

    page.section("How the outputs grow");
    page.say(format!(
        "This table has the outputs of each head, and the number θ of the weights and biases of the whole network ({STATE} inputs, \
         {}), as the intervals get narrower. A layer has a weight for each input of each of its units, and a bias for each unit. \
         The width and the floor are in m/s; two numbers have no floor.",
        counted(hidden, "hidden unit")
    ));
    page.formula(
        r"\theta = \text{hidden} \cdot (\text{inputs} + 1) + \text{outputs} \cdot (\text{hidden} + 1)",
        "θ = hidden · (inputs + 1) + outputs · (hidden + 1)",
    );
    page.ask(
        "The intervals become ten times narrower. How many times as many outputs are there?",
        "A hundred times as many with a class for each pair, ten times as many with a class for each interval of each axis. Two \
         numbers stay two.",
    );
    let widths = literal("0.1 0.05 0.02 0.01");
    let all: Vec<Bins> = widths.iter().map(intervals).collect::<Result<_, _>>()?;
    let growth = widths.iter().zip(&all).map(|(width, bins)| grown(width, bins, hidden));
    let columns =
        ["width", "joint", "factorised", "two numbers", "θ joint", "θ factorised", "θ two numbers", "floor"];
    let table = page.table("growth", columns, growth);
    if inputs.timings {
        let step = |bins: &Bins| (1000.0 * VelocityHead::Joint.seconds_a_step(bins, hidden)).into();
        table.add_column("joint ms", all.iter().map(step).collect());
    }
    let outputs = |head: VelocityHead| [&all[0], &all[3]].map(|bins| head.outputs(bins));
    let [fewest, most] = [&all[0], &all[3]].map(Bins::count);
    let [[joint, joint_fine], [factorised, factorised_fine]] =
        [VelocityHead::Joint, VelocityHead::Factorised].map(outputs);
    if page.has_the_default_inputs() {
        page.say(
            "The source counts the neurons for x, those for y, those for both together, and how many there would be with intervals \
             a tenth as wide:",
        );
        let counted =
            page.show("counted", DMatrix::from_row_slice(1, 4, &[fewest, fewest, joint, joint_fine]));
        page.audit(&counted, printed("20 20 400 40000", 0));
        page.claim(
            "in the answer, on classification",
            "Classification does not scale.",
            ClaimVerdict::under(
                "there is a class for each pair",
                factorised_fine / factorised > 10,
                joint_fine / joint > 10,
            ),
            format!(
                "With intervals a tenth as wide, the joint head grows from {joint} to {joint_fine} outputs. Rows like those of the \
                 answer, with a class for each interval, grow from {factorised} to {factorised_fine}, just as fast as the number of \
                 intervals.",
            ),
        );
        let [of_joint, of_factorised, of_numbers] = ENCODINGS.map(|head| head.parameters(&bins, hidden));
        let [joint_times, factorised_times] =
            [of_joint, of_factorised].map(|parameters| Value::from(parameters as f64 / of_numbers as f64));
        page.claim(
            "in the answer, on regression",
            "Two neurons in place of many greatly decrease the complexity of the model.",
            2 * of_numbers < of_factorised.min(of_joint),
            format!(
                "With {hidden} hidden units two numbers take {of_numbers} weights and biases. The {joint} neurons of the question \
                 take {of_joint}, which is {joint_times:.0} times as many. Rows like those of the answer, with a class for each \
                 interval, have {factorised} neurons and take {of_factorised}, which is {factorised_times:.1} times as many. More \
                 than twice as many is what counts as greatly here."
            ),
        );
    }
    page.figure("outputs_by_intervals", outputs_by_intervals(&all)).alt(format!(
        "Outputs by intervals per axis, both axes logarithmic. With {fewest} to {most} intervals the joint head has {joint} to \
         {joint_fine} outputs and the factorised one {factorised} to {factorised_fine}. Two numbers stay two."
    ));

    page.section("Few outputs, and x and y still belong together");
    page.say(
        "The factorised head gives x and y separate probabilities, so it cannot say that some pairs belong together. The chain \
         rule of probability can, with just as many outputs as the factorised head and some more weights:",
    );
    page.formula(r"p(x, y) = p(x) \cdot p(y \mid x)", "p(x, y) = p(x) · p(y | x)");
    let of_network = |inputs: usize| hidden * (inputs + 1) + count * (hidden + 1);
    let [first, second] = [STATE, STATE + count].map(of_network);
    let [all, outputs] =
        [VelocityHead::Chained.parameters(&bins, hidden), VelocityHead::Chained.outputs(&bins)];
    let each_class = match count {
        1 => "the only class of x".to_owned(),
        _ => format!("each of the {count} classes of x"),
    };
    page.say(format!(
        "One network gives p(x), the probability of each class of x. A second one reads a one-hot x beside the {STATE} inputs and \
         gives p(y | x), the probability of each class of y once x is known. In training it reads the x of the example. Afterwards \
         it is asked once for {each_class}, so that all pairs have their probability. This head is called chained here, though it \
         takes two networks. It has {outputs} outputs, and {first} + {second} = {all} weights and biases.",
    ));

    page.section("Two numbers between −1 and 1");
    page.say(
        "The last layer can give any number, but a velocity lies between −1 and 1. The source stretches the sigmoid σ, and the \
         result f is called the bipolar sigmoid. It is the hyperbolic tangent of half the number:",
    );
    page.formula(
        r"f(x) = 2\left(\sigma(x) - \tfrac12\right) = \tanh\frac{x}{2} \qquad f'(x) = \tfrac12\left(1 - f(x)^2\right)",
        "f(x) = 2 (σ(x) − ½) = tanh(x/2),   f′(x) = ½ (1 − f(x)²)",
    );
    page.say(
        "In this section x is not the direction, but any number that the last layer gives. Numbers are shown rounded, and the \
         unrounded ones are used from step to step, so your last place may differ by 1.",
    );
    let x = page.show("x", literal("-6 -3 -1 0 1 2 4"));
    let sigmoid = page.show("sigmoid", x.map(|x| Traced::one() / (Traced::one() + (-x).exp())));
    let stretched = page
        .show("stretched = 2 · ( sigmoid − ½ )", sigmoid.map(|sigmoid| (sigmoid - half.clone()) * 2.into()));
    let slope = page.show(
        "slope = ½ · ( 1 − stretched ∘ stretched )",
        stretched.map(|f| (Traced::one() - f.clone() * f) * half.clone()),
    );
    page.say("To test the slopes, all values of f are added up: the derivative of the sum with respect to one x is the slope \
         at that x.");
    let sum_of_f = page.value("sum_of_f = Σ( stretched )", stretched.sum());
    page.prove_gradient(&slope, &sum_of_f, &x);
    page.say(
        "The slope is largest in the middle and shrinks towards both ends. The gradient of the squared error has it as a factor, so \
         a network whose output is wrong and close to ±1 learns slowly.",
    );
    let far = bipolar_sigmoid(10.0);
    let [near_one, single, double] =
        [far, f64::from(bipolar_sigmoid(20.0_f32)), bipolar_sigmoid(40.0)].map(Value::from);
    page.claim(
        "in the answer, on the output layer",
        "Since σ lies between 0 and 1, f lies between −1 and 1, both excluded.",
        far < 1.0,
        format!(
            "No finite x gives 1, so a velocity of exactly 1 m/s is never reached: f(10) is {near_one:.6}. A computer rounds, \
             though: f(20) in single precision, with which networks are trained here, is {single:.6}, and f(40) in double \
             precision is {double:.6}."
        ),
    );

    tasks(page);

    page.section("Exercises");
    exercises(page)?;

    page.unless_by_hand(|page| trained(inputs, page, &bins, floor.value().to_f64()))?;
    page.numpy(include_str!("numpy/velocity_heads.py"));
    Ok(())
}

fn exercises(page: &mut Page) -> Told {
    let bins = intervals(&literal("0.1")[0])?;
    let [low, high] = [bins.index(&literal("-0.95")[0])?, bins.index(&Exact::one())?];
    let [of_low, of_high, of_12, of_13] = [low, high, 12, 13].map(|class| Value::from(bins.centre(class)));
    let mean = |a, b| Value::from((bins.centre(a) + bins.centre(b)) / Exact::from_integer(2.into()));
    let (of_neighbours, of_opposites) = (mean(12, 13), mean(5, 14));
    page.exercise(
        "With intervals of 0.1 m/s, which classes contain −0.95 and 1 m/s, counted from 0, and which velocities do they give?",
        format!("Classes {low} and {high}, which give {of_low:.2} and {of_high:.2} m/s."),
    );
    page.exercise(
        "With intervals of 0.1 m/s, classes 12 and 13 have probability ½ each. What is the expectation? And with ½ each on classes \
         5 and 14?",
        format!(
            "Halfway between {of_12:.2} and {of_13:.2}: {of_neighbours:.2} m/s, which is on the edge and no middle at all. In the \
             second case it is {of_opposites:.2} m/s, which neither class means: the expectation helps between neighbours, and \
             not between opposites."
        ),
    );
    page.exercise(
        "A velocity has a third component, up and down. How many outputs do the heads need with 20 intervals per axis?",
        format!(
            "{} with one class for each triple, {} with one class for each interval of each axis (chained or not), and 3 numbers.",
            20_usize.pow(3),
            20 * 3
        ),
    );
    page.on_screen().exercise(
        "The character could also pass the obstacle at an angle of 45° to its way, left or right. What do two numbers output then, \
         if the way goes to the right and the speed is 1 m/s?",
        format!("The mean of both: {:.2} m/s straight ahead, into the obstacle.", Value::from(FRAC_1_SQRT_2)),
    );
    Ok(())
}

/// The outputs of each encoding, its weights and biases, and the floor, with intervals of this width.
fn grown(width: &Exact, bins: &Bins, hidden: usize) -> impl Row<8> {
    let [a, b, c] = ENCODINGS.map(|head| head.outputs(bins));
    let [d, e, f] = ENCODINGS.map(|head| head.parameters(bins, hidden));
    (width, a, b, c, d, e, f, bins.rms_error() * 2_f64.sqrt())
}

fn outputs_by_intervals(all: &[Bins]) -> Chart {
    let line = |head: VelocityHead| {
        let points = all.iter().map(|bins| (bins.count() as f64, head.outputs(bins) as f64));
        Line::new(head.to_string(), points)
    };
    let mut lines = ENCODINGS.map(line).to_vec();
    // The chained head has as many outputs as the factorised one. Its place is kept, so that two numbers look as in the
    // other figures.
    lines.insert(2, Line::new("", []));
    let intervals = Axis::logarithmic("intervals per axis").with_ticks(&[20.0, 40.0, 100.0, 200.0]);
    Chart::lines(intervals, Axis::logarithmic("outputs"), lines)
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
