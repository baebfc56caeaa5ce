import type { TcpClients } from '@lambda-bootstraps/core';
import { native } from './native.ts';

export const llrtTcp: TcpClients = {
  async connect(address, port) {
    const connection = await native.connect(address, port);
    return {
      write: (bytes) => connection.write(bytes),
      chunks: () => ({ [Symbol.asyncIterator]: () => connection }),
      close: () => connection.close(),
    };
  },
};
