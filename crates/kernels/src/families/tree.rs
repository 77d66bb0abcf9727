//! The merge tree, fed leaf by leaf from left to right without knowing how many will come.
//!
//! After leaf number `c` (from 0) every 1 among the low bits of `c` closes a subtree, so the two topmost partials merge;
//! what is left at the end merges from the top down. That is the tree of the document: `merge(tree(left), tree(right))` with
//! the largest power of two smaller than the number of leaves on the left.

/// The deepest stack: 2^52 blocks of 4096 elements are more than an address can reach.
const DEEPEST: usize = 53;

/// Partials of subtrees that still wait for a right neighbour, widest first.
pub(crate) struct Tree<P, M, const DEPTH: usize = DEEPEST> {
    waiting: [P; DEPTH],
    depth: usize,
    leaves: u64,
    merge: M,
}

impl<P: Copy, M: Fn(P, P) -> P, const DEPTH: usize> Tree<P, M, DEPTH> {
    /// An empty tree; `filler` is never seen.
    #[inline(always)]
    pub fn new(filler: P, merge: M) -> Self {
        Tree {
            waiting: [filler; DEPTH],
            depth: 0,
            leaves: 0,
            merge,
        }
    }

    /// Adds the next leaf.
    #[inline(always)]
    pub fn push(&mut self, leaf: P) {
        let mut partial = leaf;
        for _ in 0..self.leaves.trailing_ones() {
            self.depth -= 1;
            partial = (self.merge)(self.waiting[self.depth], partial);
        }
        self.waiting[self.depth] = partial;
        self.depth += 1;
        self.leaves += 1;
    }

    /// The root, or `None` without leaves.
    #[inline(always)]
    pub fn root(mut self) -> Option<P> {
        if self.depth == 0 {
            return None;
        }
        self.depth -= 1;
        let mut partial = self.waiting[self.depth];
        while self.depth > 0 {
            self.depth -= 1;
            partial = (self.merge)(self.waiting[self.depth], partial);
        }
        Some(partial)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A merge that shows its shape: leaves counted, and a hash that depends on every bracket.
    fn bracket(a: (u64, u64), b: (u64, u64)) -> (u64, u64) {
        (
            a.0 + b.0,
            a.1.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23) ^ b.1.wrapping_add(a.0 << 7),
        )
    }

    fn by_definition(low: u64, high: u64) -> (u64, u64) {
        let count = high - low;
        if count == 1 {
            return (1, low + 1);
        }
        let left = 1 << (63 - (count - 1).leading_zeros());
        bracket(by_definition(low, low + left), by_definition(low + left, high))
    }

    #[test]
    fn streaming_gives_the_tree_of_the_document() {
        for leaves in 1..300 {
            let mut tree: Tree<_, _> = Tree::new((0, 0), bracket);
            (0..leaves).for_each(|leaf| tree.push((1, leaf + 1)));
            assert_eq!(tree.root(), Some(by_definition(0, leaves)), "{leaves} leaves");
        }
        let tree: Tree<_, _> = Tree::new((0, 0), bracket);
        assert_eq!(tree.root(), None);
    }

    #[test]
    fn chunks_are_subtrees() {
        for leaves in 1..300_u64 {
            let mut tree: Tree<_, _> = Tree::new((0, 0), bracket);
            for first in (0..leaves).step_by(16) {
                tree.push(by_definition(first, leaves.min(first + 16)));
            }
            assert_eq!(tree.root(), Some(by_definition(0, leaves)), "{leaves} leaves");
        }
    }
}
