//! CPU levels: what this machine can run, what the user asked for, what is used.

use std::sync::OnceLock;

/// The environment variable that narrows detection.
const VARIABLE: &str = "MANYCORE_CPU_LEVEL";

/// An instruction set that the kernels are compiled for. All levels give the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Whatever the compiler's baseline is; runs everywhere.
    Portable,
    /// x86-64 with AVX2 and FMA.
    Avx2,
    /// x86-64 with AVX-512 F, DQ, VL and BW (and AVX2).
    Avx512,
    /// aarch64 with NEON.
    Neon,
}

impl Level {
    /// Every level, plainest first, those that this machine lacks included.
    pub const ALL: [Level; 4] = [Level::Portable, Level::Avx2, Level::Avx512, Level::Neon];

    /// The level of a name as [`Level::name`] gives it.
    pub fn from_name(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.name() == name)
    }

    /// `portable`, `avx2`, `avx512` or `neon`.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Portable => "portable",
            Level::Avx2 => "avx2",
            Level::Avx512 => "avx512",
            Level::Neon => "neon",
        }
    }

    /// Whether this CPU and operating system run the level. Costs a nanosecond: the standard library caches detection.
    #[inline]
    pub fn is_available(self) -> bool {
        match self {
            Level::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => {
                std::arch::is_x86_feature_detected!("avx512f")
                    && std::arch::is_x86_feature_detected!("avx512dq")
                    && std::arch::is_x86_feature_detected!("avx512vl")
                    && std::arch::is_x86_feature_detected!("avx512bw")
                    && Level::Avx2.is_available()
            }
            #[cfg(target_arch = "aarch64")]
            Level::Neon => std::arch::is_aarch64_feature_detected!("neon"),
            #[allow(unreachable_patterns)]
            _ => false,
        }
    }

    /// The levels that this machine runs, plainest first.
    pub fn available() -> impl Iterator<Item = Level> {
        Level::ALL.into_iter().filter(|level| level.is_available())
    }

    /// The best level that this machine runs.
    pub fn best() -> Level {
        Level::available().last().unwrap_or(Level::Portable)
    }

    /// This level if the machine runs it, else the best available one below it. `Neon` on x86-64 gives `Portable`, and so
    /// do `Avx2` and `Avx512` elsewhere: there is nothing between.
    pub fn or_below(self) -> Level {
        let lower = match self {
            Level::Avx512 => Level::Avx2,
            _ => Level::Portable,
        };
        if self.is_available() { self } else { lower.or_below() }
    }

    /// What `MANYCORE_CPU_LEVEL` holds, word for word, whether or not it can be followed; read once.
    pub fn requested() -> Option<&'static str> {
        static REQUESTED: OnceLock<Option<String>> = OnceLock::new();
        REQUESTED.get_or_init(|| std::env::var(VARIABLE).ok()).as_deref()
    }

    /// The level that calls use unless they name one: the best, narrowed by `MANYCORE_CPU_LEVEL`. A level that is asked
    /// for but lacking gives the best one below it; an unknown name is ignored.
    pub fn current() -> Level {
        static CURRENT: OnceLock<Level> = OnceLock::new();
        *CURRENT.get_or_init(|| match Level::requested().and_then(Level::from_name) {
            Some(level) => level.or_below(),
            None => Level::best(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for level in Level::ALL {
            assert_eq!(Level::from_name(level.name()), Some(level));
        }
        assert_eq!(Level::from_name("sse9"), None);
    }

    #[test]
    fn falls_to_an_available_level() {
        for level in Level::ALL {
            let used = level.or_below();
            assert!(used.is_available());
            assert!(used <= level);
            assert_eq!(used == level, level.is_available());
        }
    }
}
