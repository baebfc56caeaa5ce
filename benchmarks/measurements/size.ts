import { statSync } from 'node:fs';
import { eachTime, type Measurement } from '../measurement.ts';

export const size: Measurement = {
  name: 'size',
  figures: [{ name: '', unit: 'MB' }],
  rounds: 1,
  begin: async ({ files }) => eachTime(async () => [files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6]),
};
