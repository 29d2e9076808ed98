//! Pure rules of wuxing.
