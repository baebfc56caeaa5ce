export { byteOrderMarkFlaw, concatBytes, decodeText, encodeJson, encodeText } from './bytes.ts';
export { type ErrorCode, errorTable, fail, LambdaBootstrapsError } from './errors.ts';
export { encodeInvoke, FrameReader, frameKinds, type RuntimeFrame } from './frames/codec.ts';
export { handleFrame } from './frames/runtime-frames.ts';
export { functionArn } from './function/arn.ts';
export { defineFunction, type FunctionInput } from './function/define-function.ts';
export { withExecWrapper } from './function/exec-wrapper.ts';
export { executableFlaw } from './function/executable-flaw.ts';
export type { Credentials, FunctionConfig, LogFormat, SystemLogLevel } from './function/function-config.ts';
export { functionVariable } from './function/function-variable.ts';
export {
  createInvocation,
  freshTraceId,
  type Invocation,
  type InvocationInput,
  type ResponseSink,
} from './function/invocation.ts';
export { localeVariables } from './function/locale-variables.ts';
export type { Outcome } from './function/outcome.ts';
export {
  awsTimeoutWords,
  type RenderedOutcome,
  renderOutcome,
  type TimeoutWords,
  timedOutAfter,
} from './function/render-outcome.ts';
export { reservedVariables } from './function/reserved-variables.ts';
export type { PayloadVersion } from './function-url/answer-head.ts';
export type { FunctionUrlCors } from './function-url/cors.ts';
export { createFunctionUrl, type FunctionUrlOptions } from './function-url/function-url.ts';
export type {
  Base64Codec,
  Clock,
  FileFacts,
  Files,
  FileWatch,
  Host,
  HttpHandler,
  HttpHeaders,
  HttpReply,
  HttpReplyStream,
  HttpRequest,
  HttpServer,
  HttpServers,
  JsonCodec,
  ListenOptions,
  TcpClients,
  TcpConnection,
  Timer,
} from './host.ts';
export { belowPath, pathBelow, withPath } from './http/below-path.ts';
export { type FetchPeer, fetchHandler } from './http/fetch-handler.ts';
export { withCors } from './invoke-api/cors.ts';
export { createInvokeApi, type InvokeApiOptions } from './invoke-api/invoke-api.ts';
export {
  type LaunchedRuntime,
  type Launcher,
  LaunchFailure,
  type LaunchListener,
  type LaunchOrder,
  type ProcessExit,
} from './launcher.ts';
export type { InvocationReport, LifecycleEvent, LifecycleSink } from './lifecycle.ts';
export { createLog } from './logs/create-log.ts';
export { createJsonLog, type JsonLogOptions, type SystemLogEvent } from './logs/json-log.ts';
export { createTextLog, reportLine, type TextLogOptions } from './logs/text-log.ts';
export { authorityHost } from './protocol/authority.ts';
export { functionErrorTypes } from './protocol/error-types.ts';
export {
  invokeRequestHeaders,
  invokeResponseHeaders,
  runtimeAnswerHeaders,
  runtimeHeaders,
} from './protocol/headers.ts';
export { limits } from './protocol/limits.ts';
export { isLoopback } from './protocol/peer.ts';
export { matchInvokeRoute, matchRuntimeRoute } from './protocol/routes.ts';
export { hostIsForeign, originIsForeign } from './protocol/same-site.ts';
export { createRuntimeApi } from './runtime-api/runtime-api.ts';
export type {
  GuessContext,
  LaunchContext,
  LaunchPlan,
  RuntimeDefinition,
  RuntimeOptions,
  RuntimeTransport,
  TransportContext,
} from './runtime-definition.ts';
export type { RuntimeApiListener } from './sandbox/environment-slot.ts';
export type { StopReason } from './sandbox/machines/environment.ts';
export type { Delivery, InvocationPoll, RuntimePort } from './sandbox/runtime-port.ts';
export { createSandbox, Sandbox, type SandboxOptions } from './sandbox/sandbox.ts';
export type { AdoptedProcess } from './service/adopting-launcher.ts';
export type { EventQueueOptions, EventsLost } from './service/event-queue.ts';
export { EventQueue } from './service/event-queue.ts';
export type { FunctionSettings, SettingsResolver } from './service/function-settings.ts';
export { invoke } from './service/invoke.ts';
export type { InvokeStream } from './service/invoke-with-stream.ts';
export { LambdaService, type LambdaServiceOptions, type ServiceSink } from './service/lambda-service.ts';
export {
  createLocalSandbox,
  type FunctionUrlSettings,
  type InvokeOptions,
  type InvokeResult,
  type LocalSandbox,
} from './service/local-sandbox.ts';
export type { EnvironmentSettings, RuntimeEnvironment } from './service/runtime-environment.ts';
export {
  type OpenOptions,
  type SharedListenOptions,
  SharedRuntimeApi,
  type SharedRuntimeApiOptions,
} from './service/shared-runtime-api.ts';
export type {
  Event,
  ExtensionRecord,
  InitializationType,
  InitReportRecord,
  InitRuntimeDoneRecord,
  InitStartRecord,
  LogEvent,
  LogsApiEvent,
  LogsDroppedRecord,
  ManagedReportMetrics,
  PlatformEvent,
  ReportMetrics,
  ReportRecord,
  RestoreReportRecord,
  RestoreRuntimeDoneRecord,
  RestoreStartRecord,
  RuntimeDoneRecord,
  Span,
  StartRecord,
  SubscriptionRecord,
  TelemetryEvent,
  TraceContext,
} from './telemetry/events.ts';
export { PlatformEvents } from './telemetry/platform-events.ts';
