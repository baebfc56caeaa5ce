import type { HttpReply, HttpRequest } from '@lambda-bootstraps/core';
import type { Routes } from '../router.ts';

export interface Asked {
  readonly request: HttpRequest;
  readonly reply: HttpReply;
  /** What the path has in the place of `{name}`. */
  readonly name: string;
}

export type Answer = (asked: Asked) => void | Promise<void>;

export type ApiRoutes = Routes<Answer>;
