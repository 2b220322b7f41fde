/** Whether something is there; `detail` says which, or why not and what to do. */
export interface Finding {
  ok: boolean;
  detail: string;
}
