//! A provider and a transport together.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use videogen_core::{
    Call, Cost, Error, Generation, Handle, ListQuery, NewGeneration, Page, Provider, StatusQuery,
    Transport, WaitOptions, poll,
};

use crate::download::DownloadBuilder;
use crate::generate::GenerateBuilder;
use crate::submit::SubmitBuilder;
use crate::transport::UreqTransport;
use crate::wait::WaitBuilder;
use crate::watch::Watch;

/// A provider and a transport together: asks for a generation's status once, or follows it to its end.
///
/// Clones are cheap and share their connections. It can be used from many threads at once.
#[derive(Clone)]
pub struct Client {
    provider: Arc<dyn Provider>,
    transport: Arc<dyn Transport + Send + Sync>,
}

impl Client {
    /// A client with a [`UreqTransport`] of its own.
    #[must_use]
    pub fn new(provider: impl Provider + 'static) -> Self {
        Self::with_transport(provider, UreqTransport::new())
    }

    /// A client that sends with `transport`.
    #[must_use]
    pub fn with_transport(
        provider: impl Provider + 'static,
        transport: impl Transport + Send + Sync + 'static,
    ) -> Self {
        Self::from_parts(Arc::new(provider), Arc::new(transport))
    }

    /// A client of a provider that is chosen at run time, or of a transport that several clients share.
    #[must_use]
    pub fn from_parts(
        provider: Arc<dyn Provider>,
        transport: Arc<dyn Transport + Send + Sync>,
    ) -> Self {
        Self { provider, transport }
    }

    /// The provider.
    #[must_use]
    pub fn provider(&self) -> &dyn Provider {
        &*self.provider
    }

    pub(crate) fn shared_provider(&self) -> Arc<dyn Provider> {
        Arc::clone(&self.provider)
    }

    /// The handle of the generation `id` at the provider. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) for an id that cannot stand in a path.
    pub fn handle(&self, id: &str) -> Result<Handle, Error> {
        self.provider.handle(id)
    }

    /// Asks once for a generation's status, plainly: without a long-poll, for 30 seconds at the most.
    ///
    /// # Errors
    ///
    /// When the status was not learnt; the error names the handle. A generation that failed is no error.
    pub fn status(&self, handle: &Handle) -> Result<Generation, Error> {
        let timeout = WaitOptions::of(&self.provider.guidance()).answer_timeout;
        self.poll(handle, StatusQuery::Plain, timeout)
    }

    /// Submits a generation, and takes care that it is not paid for twice. Store the handles before anything else.
    #[must_use = "nothing is sent before `run`"]
    pub fn submit(&self, new: NewGeneration) -> SubmitBuilder {
        SubmitBuilder::new(self.clone(), new)
    }

    /// Submits a generation and waits for its end, in one go: configure it, then [`run`](GenerateBuilder::run) it.
    ///
    /// Store the handles with [`on_submitted`](GenerateBuilder::on_submitted): the generation is made, and paid for, also if
    /// this process ends before it does.
    #[must_use = "nothing is sent before `run`"]
    pub fn generate<'a>(&self, new: NewGeneration) -> GenerateBuilder<'a> {
        GenerateBuilder::new(self.clone(), new)
    }

    /// Waits until a generation has ended: configure it, then [`run`](WaitBuilder::run) it.
    ///
    /// Asks as often and waits as long as the provider's guidance says unless told otherwise.
    #[must_use = "nothing is sent before `run`"]
    pub fn wait<'a>(&self, handle: &Handle) -> WaitBuilder<'a> {
        WaitBuilder::new(self.clone(), handle.clone())
    }

    /// Follows a generation to its end, as an iterator over everything that is seen of it.
    #[must_use = "nothing is sent before the first item is asked for"]
    pub fn watch<'a>(&self, handle: &Handle) -> Watch<'a> {
        Watch::new(self.clone(), handle.clone())
    }

    /// Downloads what a generation made: configure it, then say where to with [`to_file`](DownloadBuilder::to_file),
    /// [`to_dir`](DownloadBuilder::to_dir) or [`to_writer`](DownloadBuilder::to_writer).
    #[must_use = "nothing is fetched before it is said where to"]
    pub fn download<'a>(&self, generation: &Generation) -> DownloadBuilder<'a> {
        DownloadBuilder::new(self.clone(), generation.clone())
    }

    /// One page of the account's generations, where the provider lists them.
    ///
    /// # Errors
    ///
    /// Those of [`Provider::list`], and when there was no answer that says so.
    pub fn list(&self, query: &ListQuery) -> Result<Page<Generation>, Error> {
        self.send(&self.provider.list(query)?)
    }

    /// Deletes a generation that has ended, where the provider has that.
    ///
    /// # Errors
    ///
    /// Those of [`Provider::delete`], and when there was no answer that says so: then it may be deleted.
    pub fn delete(&self, handle: &Handle) -> Result<(), Error> {
        self.send(&self.provider.delete(handle)?)
    }

    /// Asks the provider to stop a generation, where it has that. It may end otherwise, and be billed, all the same.
    ///
    /// # Errors
    ///
    /// Those of [`Provider::cancel`], and when there was no answer that says so: then it may have been asked.
    pub fn cancel(&self, handle: &Handle) -> Result<(), Error> {
        self.send(&self.provider.cancel(handle)?)
    }

    /// What `new` would cost, where the provider tells. Nothing is generated.
    ///
    /// # Errors
    ///
    /// Those of [`Provider::estimate`], and when there was no answer that says so.
    pub fn estimate(&self, new: &NewGeneration) -> Result<Cost, Error> {
        self.send(&self.provider.estimate(new)?)
    }

    /// Sends a call once, whatever it is for, and reads the answer: what only one provider can do is a call of its type.
    ///
    /// Not for a submission, which [`Client::submit`] sends with care.
    ///
    /// # Errors
    ///
    /// Those of [`Call::send`].
    pub fn send<T>(&self, call: &Call<T>) -> Result<T, Error> {
        call.send(&*self.transport)
    }

    pub(crate) fn send_within<T>(&self, call: &Call<T>, timeout: Duration) -> Result<T, Error> {
        call.send_within(Some(timeout), &*self.transport)
    }

    pub(crate) const fn transport(&self) -> &Arc<dyn Transport + Send + Sync> {
        &self.transport
    }

    pub(crate) fn poll(
        &self,
        handle: &Handle,
        query: StatusQuery,
        timeout: Duration,
    ) -> Result<Generation, Error> {
        poll(&*self.provider, &*self.transport, handle, query, timeout)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("provider", &self.provider).finish_non_exhaustive()
    }
}
