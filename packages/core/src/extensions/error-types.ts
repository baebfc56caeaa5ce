/** Error types of the Extensions API, as the emulator's and the service's shared code spells them. */
export const extensionErrorTypes = {
  initError: 'Extension.InitError',
  exitError: 'Extension.ExitError',
  crash: 'Extension.Crash',
  launchError: 'Extension.LaunchError',
  invalidName: 'Extension.InvalidExtensionName',
  registrationClosed: 'Extension.RegistrationClosed',
  unknownIdentifier: 'Extension.UnknownExtensionIdentifier',
  missingIdentifier: 'Extension.MissingExtensionIdentifier',
  invalidIdentifier: 'Extension.InvalidExtensionIdentifier',
  invalidState: 'Extension.InvalidExtensionState',
  missingHeader: 'Extension.MissingHeader',
  tooMany: 'Extension.TooManyExtensions',
  invalidEventType: 'Extension.InvalidEventType',
  invalidRequest: 'InvalidRequestFormat',
} as const;
