//! Running an action for a visitor: what it gives, and the page around it from the same transaction.

use std::sync::{Arc, OnceLock};

use futures_util::future::BoxFuture;

use super::error::{Kind, Problem};
use super::page::{Frame, Page};
use super::session::Visitor;
use crate::app::{Cx, Error, Result};

impl Visitor {
    /// Runs an action that only looks. The page comes with it, filled in from the same snapshot; so it does with a problem.
    pub async fn read<T>(
        &self,
        work: impl for<'c> FnOnce(&'c mut Cx) -> BoxFuture<'c, Result<T>> + Send,
    ) -> std::result::Result<(Page, T), Problem> {
        let frame = OnceLock::new();
        let outcome = self.site().program().read(self.identity(), |cx| {
            let _ = frame.set(Frame::of(cx));
            work(cx)
        });
        let outcome = outcome.await;
        self.with_page(frame.into_inner().flatten(), outcome)
    }

    /// Runs an action that changes something: all of it or nothing. `work` may run more than once.
    pub async fn write<T, Work>(&self, work: Work) -> std::result::Result<(Page, T), Problem>
    where
        T: Send + 'static,
        Work: for<'c> Fn(&'c mut Cx) -> BoxFuture<'c, Result<T>> + Send + Sync + 'static,
    {
        let frame = Arc::new(OnceLock::new());
        let inside = Arc::clone(&frame);
        let outcome = self.site().program().write(
            self.identity(),
            move |cx: &mut Cx| -> BoxFuture<'_, Result<T>> {
                let _ = inside.set(Frame::of(cx));
                work(cx)
            },
        );
        let outcome = outcome.await;
        self.with_page(frame.get().cloned().flatten(), outcome)
    }

    /// The page alone.
    pub async fn page(&self) -> std::result::Result<Page, Problem> {
        self.read(|_| Box::pin(async { Ok(()) }))
            .await
            .map(|(page, ())| page)
    }

    fn with_page<T>(
        &self,
        frame: Option<Frame>,
        outcome: Result<T>,
    ) -> std::result::Result<(Page, T), Problem> {
        let opened = frame.is_some();
        let page = Page::new(self.visit(), frame);
        match outcome {
            Ok(value) => Ok((page, value)),
            // The context did not open: the account was closed, or its organisation is gone.
            Err(Error::NotFound) if !opened => Err(Problem::new(Kind::SignedOut)),
            Err(error) => Err(Problem::from(error).on(page)),
        }
    }
}
