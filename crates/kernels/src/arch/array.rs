//! Typed arrays of every kind, as they come from JavaScript: to be matched once, outside the loops.

use super::element::F16;
use super::input::Input;
use super::output::Output;

macro_rules! kinds {
    ($($name:ident, $type:ty, $code:literal, $text:literal;)+) => {
        /// Kinds of typed arrays; the numbers are those of TypeScript (`src/common/arrays.ts`).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum ElementType {
            $(#[doc = $text] $name = $code,)+
        }

        impl ElementType {
            /// Every kind, by number.
            pub const ALL: &'static [ElementType] = &[$(ElementType::$name),+];

            /// The kind of a number.
            pub fn from_code(code: u32) -> Option<ElementType> {
                ElementType::ALL.get(code as usize).copied()
            }

            /// Its name in JavaScript's `allocate`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(ElementType::$name => $text,)+
                }
            }

            /// Bytes of an element.
            pub const fn bytes(self) -> usize {
                match self {
                    $(ElementType::$name => size_of::<$type>(),)+
                }
            }
        }

        /// An array to read.
        #[derive(Clone, Copy, Debug)]
        pub enum Array<'a> {
            $(#[doc = $text] $name(Input<'a, $type>),)+
        }

        impl Array<'_> {
            /// Number of elements.
            #[inline]
            pub const fn len(self) -> usize {
                match self {
                    $(Array::$name(input) => input.len(),)+
                }
            }

            /// Whether there are none.
            #[inline]
            pub const fn is_empty(self) -> bool {
                self.len() == 0
            }

            /// Its kind.
            pub const fn element_type(self) -> ElementType {
                match self {
                    $(Array::$name(_) => ElementType::$name,)+
                }
            }

            /// The elements `from … to − 1`. Panics unless `from <= to <= len`.
            #[inline]
            pub fn range(self, from: usize, to: usize) -> Self {
                match self {
                    $(Array::$name(input) => Array::$name(input.range(from, to)),)+
                }
            }
        }

        /// An array to write.
        #[derive(Debug)]
        pub enum ArrayMut<'a> {
            $(#[doc = $text] $name(Output<'a, $type>),)+
        }

        impl ArrayMut<'_> {
            /// Number of elements.
            #[inline]
            pub const fn len(&self) -> usize {
                match self {
                    $(ArrayMut::$name(output) => output.len(),)+
                }
            }

            /// Whether there are none.
            #[inline]
            pub const fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// The first `middle` elements and the rest. Panics if there are fewer.
            #[inline]
            pub fn split_at(self, middle: usize) -> (Self, Self) {
                match self {
                    $(ArrayMut::$name(output) => {
                        let (first, rest) = output.split_at(middle);
                        (ArrayMut::$name(first), ArrayMut::$name(rest))
                    })+
                }
            }

            /// Pieces of `size` elements in order, the last one possibly shorter. Panics if `size` is 0.
            pub fn pieces(self, size: usize) -> Vec<Self> {
                match self {
                    $(ArrayMut::$name(output) => output.pieces(size).map(ArrayMut::$name).collect(),)+
                }
            }

            /// Its kind.
            pub const fn element_type(&self) -> ElementType {
                match self {
                    $(ArrayMut::$name(_) => ElementType::$name,)+
                }
            }
        }

        /// An array to read over `length` elements from `start` on.
        ///
        /// # Safety
        /// As for [`Input::from_raw`], with the type that the kind says.
        pub const unsafe fn array_from_raw<'a>(kind: ElementType, start: *const u8, length: usize) -> Array<'a> {
            match kind {
                $(ElementType::$name => {
                    // SAFETY: the caller's promise.
                    Array::$name(unsafe { Input::from_raw(start.cast::<$type>(), length) })
                })+
            }
        }

        /// An array to write over `length` elements from `start` on.
        ///
        /// # Safety
        /// As for [`Output::from_raw`], with the type that the kind says.
        pub const unsafe fn array_mut_from_raw<'a>(kind: ElementType, start: *mut u8, length: usize) -> ArrayMut<'a> {
            match kind {
                $(ElementType::$name => {
                    // SAFETY: the caller's promise.
                    ArrayMut::$name(unsafe { Output::from_raw(start.cast::<$type>(), length) })
                })+
            }
        }
    };
}

kinds! {
    F64, f64, 0, "float64";
    F32, f32, 1, "float32";
    F16, F16, 2, "float16";
    I8, i8, 3, "int8";
    U8, u8, 4, "uint8";
    U8Clamped, u8, 5, "uint8clamped";
    I16, i16, 6, "int16";
    U16, u16, 7, "uint16";
    I32, i32, 8, "int32";
    U32, u32, 9, "uint32";
    I64, i64, 10, "bigint64";
    U64, u64, 11, "biguint64";
}

#[cfg(test)]
mod tests {
    use super::ElementType;

    #[test]
    fn codes_count_up_from_0() {
        for (code, kind) in ElementType::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, code);
            assert_eq!(ElementType::from_code(code as u32), Some(*kind));
        }
        assert_eq!(ElementType::from_code(12), None);
    }
}
