//! Numbers by rank, and histograms: what looks at the order of numbers and gives a few of them.

use crate::callback::settle::{self, Settled};
use crate::callback::{Call, Fault, Value};
use crate::running::settled;
use manycore_exec::{Bins, Cancel, Histogram, histogram, select};
use manycore_kernels::arch::Element;
use manycore_kernels::array::{Array, ArrayMut, ElementType};
use manycore_kernels::sorting::Sortable;
use manycore_kernels::{Input, Output};

macro_rules! of_each_kind {
    ($array:expr, $x:ident => $body:expr; $($kind:ident),+) => {
        match $array {
            $(Array::$kind($x) => $body,)+
        }
    };
}

/// `select(packed, id, timeout, x, ranks, out)` with packed = kind + 16 × threads: the numbers of the given ranks (a Float64Array, rising) as doubles into `out`. Gives
/// 1, or `undefined` when cancelled or out of time.
pub fn select_ranks(call: &Call) -> Result<Value, Fault> {
    let packed = call.integer(0)?;
    let (kind, threads) = (packed & 0xf, (packed >> 4).max(1) as usize);
    let (x, hold) = call.array_held(3, kind)?;
    let length = x.len() as f64;
    let ranks: Vec<usize> = doubles(call, 4)?.into_iter().map(|rank| rank as usize).collect();
    if !ranks.is_sorted() || ranks.last().is_some_and(|rank| *rank as f64 >= length) {
        return Err(Fault::internal("ranks that don't rise or don't exist"));
    }
    let (out, hold_out) = doubles_out(call, 5)?;
    settle::run(call, 1, 2, &[3, 5], move |cancel| {
        let _held = (hold, hold_out);
        of_each_kind!(x, x => write_selected(x, &ranks, threads, cancel, out);
            F64, F32, F16, I8, U8, U8Clamped, I16, U16, I32, U32, I64, U64)
    })
}

fn write_selected<T: Element + Sortable>(
    x: Input<'_, T>,
    ranks: &[usize],
    threads: usize,
    cancel: &Cancel,
    mut out: Output<'_, f64>,
) -> Settled {
    settled(select(x, ranks, threads, Some(cancel)), |values| {
        values
            .into_iter()
            .enumerate()
            .for_each(|(index, value)| out.set(index, value.widen()));
        1.0
    })
}

/// `histogram(packed, id, timeout, mode, low, high, x, edges, counts, edgesOut)`, packed as above: how many numbers of `x` lie in each bin, and the bins' edges, as
/// doubles. Mode 0: equal bins from the least to the largest number, 1: from low to high, 2: between neighbours of `edges`. Gives 1, 0 when the least or largest is not
/// finite, −1 when equal bins can't be had, or `undefined` when cancelled or out of time.
pub fn count_bins(call: &Call) -> Result<Value, Fault> {
    let packed = call.integer(0)?;
    let (kind, threads) = (packed & 0xf, (packed >> 4).max(1) as usize);
    let mode = call.integer(3)?;
    let (low, high) = (call.number(4).unwrap_or(0.0), call.number(5).unwrap_or(1.0));
    let (x, hold) = call.array_held(6, kind)?;
    let edges = doubles(call, 7)?;
    let (counts, hold_counts) = doubles_out(call, 8)?;
    let (edges_out, hold_edges) = doubles_out(call, 9)?;
    let count = counts.len();
    if count == 0 || edges_out.len() != count + 1 || (mode == 2 && edges.len() != count + 1) {
        return Err(Fault::internal(format!("{count} bins, {} edges", edges_out.len())));
    }
    let bins = match mode {
        0 => Bins::OfExtent(count),
        1 => Bins::Between(count, low, high),
        _ => Bins::Edges(edges),
    };
    settle::run(call, 1, 2, &[6, 8, 9], move |cancel| {
        let _held = (hold, hold_counts, hold_edges);
        let outcome = of_each_kind!(x, x => histogram(x, bins, threads, Some(cancel));
            F64, F32, F16, I8, U8, U8Clamped, I16, U16, I32, U32, I64, U64);
        settled(outcome, |histogram| match histogram {
            Histogram::Counts(bins, edges) => {
                write(counts, bins.into_iter().map(|count| count as f64));
                write(edges_out, edges.into_iter());
                1.0
            }
            Histogram::NotFinite => 0.0,
            Histogram::NoEdges => -1.0,
        })
    })
}

fn write(mut out: Output<'_, f64>, values: impl Iterator<Item = f64>) {
    values.enumerate().for_each(|(index, value)| out.set(index, value));
}

/// The doubles of a Float64Array, copied.
fn doubles(call: &Call, index: usize) -> Result<Vec<f64>, Fault> {
    match call.array(index, ElementType::F64 as u32)? {
        Array::F64(input) => Ok((0..input.len()).map(|place| input.get(place)).collect()),
        _ => Err(Fault::internal("no doubles")),
    }
}

type HeldDoubles = (Output<'static, f64>, crate::buffers::models::Hold);

/// A Float64Array to write to.
fn doubles_out(call: &Call, index: usize) -> Result<HeldDoubles, Fault> {
    match call.array_mut_held(index, ElementType::F64 as u32)? {
        (ArrayMut::F64(out), hold) => Ok((out, hold)),
        _ => Err(Fault::internal("no doubles")),
    }
}
