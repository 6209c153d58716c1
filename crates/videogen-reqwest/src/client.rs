//! A provider and a transport together.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use videogen_core::{
    AsyncTransport, Call, Cost, Error, Generation, Handle, ListQuery, NewGeneration, Page,
    Provider, StatusQuery, WaitOptions, poll_async,
};

use crate::download::DownloadBuilder;
use crate::generate::GenerateBuilder;
use crate::submit::SubmitBuilder;
use crate::transport::ReqwestTransport;
use crate::wait::WaitBuilder;
use crate::watch::Watch;

/// A provider and a transport together: asks for a generation's status once, or follows it to its end.
///
/// Clones are cheap and share their connections. It can be used from many tasks at once.
#[derive(Clone)]
pub struct Client {
    provider: Arc<dyn Provider>,
    /// Why there is none, if it could not be made: told when it is needed.
    transport: Result<Arc<dyn AsyncTransport>, Error>,
}

impl Client {
    /// A client with a [`ReqwestTransport`] of its own.
    ///
    /// If that cannot be made, every use of the client says why. To know at once, make it with
    /// [`ReqwestTransport::new`] and pass it to [`Client::with_transport`].
    #[must_use]
    pub fn new(provider: impl Provider + 'static) -> Self {
        Self {
            provider: Arc::new(provider),
            transport: ReqwestTransport::new()
                .map(|transport| -> Arc<dyn AsyncTransport> { Arc::new(transport) }),
        }
    }

    /// A client that sends with `transport`.
    #[must_use]
    pub fn with_transport(
        provider: impl Provider + 'static,
        transport: impl AsyncTransport + 'static,
    ) -> Self {
        Self::from_parts(Arc::new(provider), Arc::new(transport))
    }

    /// A client of a provider that is chosen at run time, or of a transport that several clients share.
    #[must_use]
    pub fn from_parts(provider: Arc<dyn Provider>, transport: Arc<dyn AsyncTransport>) -> Self {
        Self { provider, transport: Ok(transport) }
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
    pub async fn status(&self, handle: &Handle) -> Result<Generation, Error> {
        let timeout = WaitOptions::of(&self.provider.guidance()).answer_timeout;
        self.poll(handle, StatusQuery::Plain, timeout).await
    }

    /// Submits a generation, and takes care that it is not paid for twice. Store the handles before anything else.
    #[must_use = "nothing is sent before it is awaited"]
    pub fn submit(&self, new: NewGeneration) -> SubmitBuilder {
        SubmitBuilder::new(self.clone(), new)
    }

    /// Submits a generation and waits for its end, in one go: configure it, then await it.
    ///
    /// Store the handles with [`on_submitted`](GenerateBuilder::on_submitted): the generation is made, and paid for, also if
    /// this process ends before it does.
    #[must_use = "nothing is sent before it is awaited"]
    pub fn generate<'a>(&self, new: NewGeneration) -> GenerateBuilder<'a> {
        GenerateBuilder::new(self.clone(), new)
    }

    /// Waits until a generation has ended: configure it, then await it.
    ///
    /// Asks as often and waits as long as the provider's guidance says unless told otherwise.
    #[must_use = "nothing is sent before it is awaited"]
    pub fn wait<'a>(&self, handle: &Handle) -> WaitBuilder<'a> {
        WaitBuilder::new(self.clone(), handle.clone())
    }

    /// Follows a generation to its end, as a stream of everything that is seen of it.
    #[must_use = "nothing is sent before the first item is awaited"]
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
    pub async fn list(&self, query: &ListQuery) -> Result<Page<Generation>, Error> {
        self.send(&self.provider.list(query)?).await
    }

    /// Deletes a generation that has ended, where the provider has that.
    ///
    /// # Errors
    ///
    /// Those of [`Provider::delete`], and when there was no answer that says so: then it may be deleted.
    pub async fn delete(&self, handle: &Handle) -> Result<(), Error> {
        self.send(&self.provider.delete(handle)?).await
    }

    /// Asks the provider to stop a generation, where it has that. It may end otherwise, and be billed, all the same.
    ///
    /// # Errors
    ///
    /// Those of [`Provider::cancel`], and when there was no answer that says so: then it may have been asked.
    pub async fn cancel(&self, handle: &Handle) -> Result<(), Error> {
        self.send(&self.provider.cancel(handle)?).await
    }

    /// What `new` would cost, where the provider tells. Nothing is generated.
    ///
    /// # Errors
    ///
    /// Those of [`Provider::estimate`], and when there was no answer that says so.
    pub async fn estimate(&self, new: &NewGeneration) -> Result<Cost, Error> {
        self.send(&self.provider.estimate(new)?).await
    }

    /// Sends a call once, whatever it is for, and reads the answer: what only one provider can do is a call of its type.
    ///
    /// Not for a submission, which [`Client::submit`] sends with care.
    ///
    /// # Errors
    ///
    /// Those of [`Call::send_async`].
    pub async fn send<T>(&self, call: &Call<T>) -> Result<T, Error> {
        match &self.transport {
            Ok(transport) => call.send_async(&**transport).await,
            Err(error) => Err(error.clone()),
        }
    }

    pub(crate) async fn send_within<T>(
        &self,
        call: &Call<T>,
        timeout: Duration,
    ) -> Result<T, Error> {
        let transport = match &self.transport {
            Ok(transport) => transport,
            Err(error) => return Err(error.clone()),
        };
        call.send_async_within(Some(timeout), &**transport).await
    }

    pub(crate) async fn poll(
        &self,
        handle: &Handle,
        query: StatusQuery,
        timeout: Duration,
    ) -> Result<Generation, Error> {
        let transport = self.transport(handle)?;
        poll_async(&*self.provider, transport, handle, query, timeout).await
    }

    /// The transport, or why there is none.
    pub(crate) fn transport(&self, handle: &Handle) -> Result<&dyn AsyncTransport, Error> {
        match &self.transport {
            Ok(transport) => Ok(&**transport),
            Err(error) => Err(error.clone().about(handle)),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("provider", &self.provider).finish_non_exhaustive()
    }
}
