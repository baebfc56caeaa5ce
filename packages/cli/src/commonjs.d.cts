// What `require` gives, declared by what `import` gives: declarations of an ES module cannot be re-exported from CommonJS
// but name by name.
type Library = typeof import('./index.js', { with: { 'resolution-mode': 'import' }});

export type {
  AdoptedProcess,
  EnvironmentSettings,
  ErrorCode,
  EventsLost,
  FetchPeer,
  FunctionConfig,
  FunctionSettings,
  FunctionUrlSettings,
  HttpHandler,
  HttpReply,
  HttpRequest,
  HttpServer,
  InvocationReport,
  InvokeOptions,
  InvokeResult,
  InvokeStream,
  LambdaServiceOptions,
  LaunchContext,
  LaunchedRuntime,
  Launcher,
  LaunchListener,
  LaunchOrder,
  LaunchPlan,
  LibraryOptions,
  LifecycleEvent,
  LifecycleSink,
  LocalRuntimeApiOptions,
  LocalSandbox,
  LocalSandboxOptions,
  LocalServiceOptions,
  NodeListenerOptions,
  OpenOptions,
  Outcome,
  ProcessExit,
  RuntimeApiAddress,
  RuntimeDefinition,
  RuntimeEnvironment,
  ServiceSink,
  SharedListenOptions,
  SharedRuntimeApiOptions,
  StopReason,
} from './index.js' with { 'resolution-mode': 'import' };

export declare const createLambdaService: Library['createLambdaService'];
export declare const createLog: Library['createLog'];
export declare const createRuntimeApi: Library['createRuntimeApi'];
export declare const createSandbox: Library['createSandbox'];
export declare const fetchHandler: Library['fetchHandler'];
export declare const nodeListener: Library['nodeListener'];

export declare const LambdaBootstrapsError: Library['LambdaBootstrapsError'];
export type LambdaBootstrapsError = InstanceType<Library['LambdaBootstrapsError']>;
export declare const LambdaService: Library['LambdaService'];
export type LambdaService = InstanceType<Library['LambdaService']>;
export declare const LaunchFailure: Library['LaunchFailure'];
export type LaunchFailure = InstanceType<Library['LaunchFailure']>;
export declare const SharedRuntimeApi: Library['SharedRuntimeApi'];
export type SharedRuntimeApi = InstanceType<Library['SharedRuntimeApi']>;
