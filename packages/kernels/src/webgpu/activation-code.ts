/** `activate(z)` and its derivative `activationSlope(z)`: SiLU, or the identity. */
export const activationCode = (silu: boolean): string => (silu ? siluCode : identityCode);

// The exponent is never positive: exp may overflow to anything in WGSL, not only to infinity.
const siluCode = `
fn sigmoid(z : T) -> T {
  let e = exp(-abs(z));
  return select(e, T(1.0), z >= T(0.0)) / (T(1.0) + e);
}
fn activate(z : T) -> T {
  return z * sigmoid(z);
}
fn activationSlope(z : T) -> T {
  return sigmoid(z) * (T(1.0) + z * sigmoid(-z));
}
`;

const identityCode = `
fn activate(z : T) -> T {
  return z;
}
fn activationSlope(z : T) -> T {
  return T(1.0);
}
`;
