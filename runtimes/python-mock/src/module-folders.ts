/**
 * What stands for /opt/python/lib/python3.N/site-packages and /opt/python: later layers lie over earlier ones.
 * Source: "Packaging your layer content" in the AWS Lambda documentation.
 */
export function layerModuleFolders(layers: readonly string[], minor: number): readonly string[] {
  const newestFirst = [...layers].reverse();
  return [
    ...newestFirst.map((layer) => `${layer}/python/lib/python3.${minor}/site-packages`),
    ...newestFirst.map((layer) => `${layer}/python`),
  ];
}
