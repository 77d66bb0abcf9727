//! The small steps of a blocked Cholesky factorisation A = Uᵀ·U with the right sides carried along as further columns: a diagonal block is
//! factorised, then the rest of its rows divided by it; products do the rest (`crates/exec/src/definite.rs`). Multiply-adds are fused where the level can, so
//! this is not the order of `cholesky.rs`, which models use.

use crate::arch::{Level, Simd, Task, Tile, Vector, WIDTH};

/// Rows of a block.
pub const BLOCK: usize = 128;

/// A diagonal block, on its way to U and then U: rows padded to whole vectors.
pub struct Diagonal {
    size: usize,
    rows: Vec<[f64; BLOCK]>,
    /// 1 / U[i][i].
    inverse: Vec<f64>,
}

impl Diagonal {
    /// Factorises the block whose entry (i, j), j ≥ i, is `entry(i, j)`; gives the index of the first pivot that is not finite or not above its
    /// threshold. Panics beyond [`BLOCK`] rows.
    pub fn factorise(level: Level, thresholds: &[f64], entry: impl Fn(usize, usize) -> f64) -> Result<Self, usize> {
        let size = thresholds.len();
        assert!(size <= BLOCK);
        let mut rows = vec![[0.0; BLOCK]; size];
        for (i, row) in rows.iter_mut().enumerate() {
            for (j, value) in row[..size].iter_mut().enumerate().skip(i) {
                *value = entry(i, j);
            }
        }
        let mut diagonal = Diagonal {
            size,
            rows,
            inverse: vec![0.0; size],
        };
        match level.dispatch(Factorise {
            diagonal: &mut diagonal,
            thresholds,
        }) {
            None => Ok(diagonal),
            Some(pivot) => Err(pivot),
        }
    }

    /// U[i][j] of the block.
    pub fn get(&self, i: usize, j: usize) -> f64 {
        self.rows[i][j]
    }

    /// 1 / U[i][i].
    pub fn inverse(&self, i: usize) -> f64 {
        self.inverse[i]
    }

    /// Replaces the columns of a tile, as many rows as the block has, by U⁻ᵀ times them.
    pub fn divide(&self, level: Level, tile: &mut Tile<'_>) {
        assert!(tile.rows() == self.size);
        level.dispatch(Divide { diagonal: self, tile });
    }
}

struct Factorise<'a> {
    diagonal: &'a mut Diagonal,
    thresholds: &'a [f64],
}

impl Task for Factorise<'_> {
    type Output = Option<usize>;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Option<usize> {
        let Diagonal { size, rows, inverse } = self.diagonal;
        for p in 0..*size {
            let (above, below) = rows.split_at_mut(p + 1);
            let row = &mut above[p];
            let pivot = row[p];
            if !(pivot > self.thresholds[p] && pivot > 0.0 && pivot < f64::INFINITY) {
                return Some(p);
            }
            let root = pivot.sqrt();
            inverse[p] = 1.0 / root;
            let first = p / WIDTH;
            for eight in &mut row.as_chunks_mut::<WIDTH>().0[first..] {
                *eight = (simd.pack(*eight) * simd.splat(inverse[p])).to_array();
            }
            row[p] = root;
            for (i, target) in below.iter_mut().enumerate() {
                let i = p + 1 + i;
                let factor = simd.splat(-row[i]);
                let first = i / WIDTH;
                let sources = &row.as_chunks::<WIDTH>().0[first..];
                for (eight, source) in target.as_chunks_mut::<WIDTH>().0[first..].iter_mut().zip(sources) {
                    *eight = simd.pack(*source).multiply_add(factor, simd.pack(*eight)).to_array();
                }
            }
        }
        None
    }
}

struct Divide<'d, 't, 'a> {
    diagonal: &'d Diagonal,
    tile: &'t mut Tile<'a>,
}

/// Vectors of columns that are divided at once.
const VECTORS: usize = 8;

impl Task for Divide<'_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Divide { diagonal, tile } = self;
        let columns = tile.columns();
        let mut done = vec![[[0.0; WIDTH]; VECTORS]; diagonal.size];
        for start in (0..columns).step_by(VECTORS * WIDTH) {
            let count = (VECTORS * WIDTH).min(columns - start);
            for i in 0..diagonal.size {
                let (above, own) = done.split_at_mut(i);
                let own = &mut own[0];
                for c in 0..VECTORS * WIDTH {
                    own[c / WIDTH][c % WIDTH] = if c < count { tile.get(i, start + c) } else { 0.0 };
                }
                let mut values = [simd.splat(0.0); VECTORS];
                for v in 0..VECTORS {
                    values[v] = simd.pack(own[v]);
                }
                for (q, solved) in above.iter().enumerate() {
                    let factor = simd.splat(-diagonal.rows[q][i]);
                    for v in 0..VECTORS {
                        values[v] = simd.pack(solved[v]).multiply_add(factor, values[v]);
                    }
                }
                let inverse = simd.splat(diagonal.inverse[i]);
                for v in 0..VECTORS {
                    own[v] = (values[v] * inverse).to_array();
                }
                for c in 0..count {
                    tile.set(i, start + c, own[c / WIDTH][c % WIDTH]);
                }
            }
        }
    }
}
