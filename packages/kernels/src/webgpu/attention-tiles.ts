/** A tensor [images, rows, width] of a shader. */
export interface Matrix {
  /** Name of its array. */
  array: string;
  /** Uniform that holds its rows. */
  rows: string;
  /** Uniform that holds its width, in elements of the array. */
  width: string;
}

/** The tensors of attention and of its gradient, by their names in the shaders. */
export const matrices = {
  query: { array: 'query', rows: 'queries', width: 'channels' },
  key: { array: 'key', rows: 'keys', width: 'channels' },
  value: { array: 'value', rows: 'keys', width: 'outputs' },
  dy: { array: 'dy', rows: 'queries', width: 'outputs' },
} as const satisfies Record<string, Matrix>;

/** Edge of the square of scores that a workgroup has at a time. */
export const tile = 32;
/** Lanes that compute such a square together, each four rows by four columns. */
const groupLanes = (tile / 4) ** 2;
/** Columns of the result for each group of lanes: a lane has four rows of eight. */
const groupColumns = 64;

/** How a workgroup shares the work. */
export interface TileLayout {
  /** Groups of lanes; each takes a share of the channels for the scores, and columns of its own of the result. */
  groups: number;
  lanes: number;
  /** Fours of channels that a group multiplies at a time. */
  depth: number;
  /** Columns of the result that a workgroup computes. */
  columns: number;
}

/** Layout for results of that width: up to 256 columns need each score once. At most 12.5 KB of the 16 KB that every WebGPU has. */
export function tileLayout(width: number): TileLayout {
  const groups = Math.min(4, Math.ceil(width / groupColumns));
  return { groups, lanes: groups * groupLanes, depth: groups > 2 ? 2 : 4, columns: groups * groupColumns };
}

/**
 * Shader code for workgroups that have 32 rows of a matrix each. A lane's rows are `place.row` and every eighth one after it, its
 * columns of the scores the four from `4 * place.quad`. Workgroups beyond the last may be dispatched and every lane must reach every
 * barrier: they compute the last image again, and do not store.
 */
export const tileCode = ({ groups, lanes, depth }: TileLayout): string => `
const lanes = ${lanes};
const groups = ${groups};
const depth = ${depth};
// Factors of a product: fours of channels of 32 rows and of 32 columns, or some rows of the right factor.
var<workgroup> factors : array<vec4<f32>, ${groups * depth * groupLanes}>;
// Scores, then what becomes of them: 32 rows of 8 fours.
var<workgroup> weights : array<vec4<f32>, ${tile * (tile / 4)}>;

struct Place {
  here : bool, // whether the image exists
  image : i32,
  firstRow : i32,
  firstQuad : i32, // fours of columns of the result
  lane : i32,
  group : i32,
  row : i32,
  quad : i32,
}
fn placeOf(index : i32) -> Place {
  let lane = index % lanes;
  let workgroup = index / lanes;
  let rowTile = workgroup / uniforms.slices;
  let image = rowTile / uniforms.rowTiles;
  return Place(
    image < uniforms.images,
    min(image, uniforms.images - 1),
    (rowTile % uniforms.rowTiles) * ${tile},
    (workgroup % uniforms.slices) * groups * ${groupColumns / 4},
    lane,
    lane / ${groupLanes},
    lane % ${groupLanes} / 8,
    lane % 8
  );
}
// Where the weights of the lane lie, of its row i.
fn weightAt(place : Place, i : i32) -> i32 {
  return (place.row + 8 * i) * ${tile / 4} + place.quad;
}
`;

/** `NAMEAt(image, row, quad)`: four neighbours in a row of a matrix, zeros beyond its end. */
export const loadCode = ({ array, rows, width }: Matrix, components: 1 | 4): string => `
fn ${array}At(image : i32, row : i32, quad : i32) -> vec4<f32> {
  var four = vec4<f32>(0.0);
  if (row < uniforms.${rows}) {
    let first = (image * uniforms.${rows} + row) * uniforms.${width};
    ${
      components === 4
        ? `if (quad < uniforms.${width}) {
      four = ${array}[first + quad];
    }`
        : `for (var i = 0; i < 4; i = i + 1) {
      if (4 * quad + i < uniforms.${width}) {
        four[i] = ${array}[first + 4 * quad + i];
      }
    }`
    }
  }
  return four;
}
`;

/** `NAME(place, firstColumn)`: the lane's products of rows of one matrix with rows of another, over their width; whole in group 0. */
export const productCode = (name: string, left: Matrix, right: Matrix, components: 1 | 4): string => `
fn ${name}(place : Place, firstColumn : i32) -> array<vec4<f32>, 4> {
  var sums = array<vec4<f32>, 4>();
  let quads = (uniforms.${left.width} + ${4 / components - 1}) / ${4 / components};
  for (var start = 0; start < quads; start = start + groups * depth) {
    for (var at = place.lane; at < groups * depth * ${2 * tile}; at = at + lanes) {
      let line = at / (groups * depth);
      let step = at % (groups * depth);
      if (line < ${tile}) {
        factors[step * ${2 * tile} + line] = ${left.array}At(place.image, place.firstRow + line, start + step);
      } else {
        factors[step * ${2 * tile} + line] = ${right.array}At(place.image, firstColumn + line - ${tile}, start + step);
      }
    }
    workgroupBarrier();
    for (var step = place.group * depth; step < (place.group + 1) * depth; step = step + 1) {
      let rows = step * ${2 * tile} + place.row;
      let columns = step * ${2 * tile} + ${tile} + 4 * place.quad;
      let a = factors[columns];
      let b = factors[columns + 1];
      let c = factors[columns + 2];
      let d = factors[columns + 3];
      for (var i = 0; i < 4; i = i + 1) {
        let row = factors[rows + 8 * i];
        sums[i] = sums[i] + vec4<f32>(dot(row, a), dot(row, b), dot(row, c), dot(row, d));
      }
    }
    workgroupBarrier();
  }
  for (var group = groups - 1; group > 0; group = group - 1) {
    for (var i = 0; i < 4; i = i + 1) {
      if (place.group == group) {
        weights[weightAt(place, i)] = sums[i];
      }
    }
    workgroupBarrier();
    for (var i = 0; i < 4; i = i + 1) {
      if (place.group == group - 1) {
        sums[i] = sums[i] + weights[weightAt(place, i)];
      }
    }
    workgroupBarrier();
  }
  return sums;
}
`;

/**
 * `addProduct(place, firstColumn)` adds weights · rows of a matrix to the lane's `sums`: two fours of columns for each of four rows.
 * `store(place, i, four, value)` writes a four of the result, which has the rows and the width of `out`.
 */
export const resultCode = (right: Matrix, out: Matrix, components: 1 | 4): string => `
const rowQuads = groups * ${groupColumns / 4};
var<private> sums : array<vec4<f32>, 8>;

fn addProduct(place : Place, firstColumn : i32) {
  let columns = min(${tile}, uniforms.${right.rows} - firstColumn);
  for (var start = 0; start < columns; start = start + 4 * depth) {
    for (var at = place.lane; at < 4 * depth * rowQuads; at = at + lanes) {
      factors[at] = ${right.array}At(place.image, firstColumn + start + at / rowQuads, place.firstQuad + at % rowQuads);
    }
    workgroupBarrier();
    for (var step = 0; step < depth; step = step + 1) {
      let four = start / 4 + step;
      for (var half = 0; half < 2; half = half + 1) {
        let at = 4 * step * rowQuads + place.group * ${groupColumns / 4} + half * 8 + place.quad;
        let a = factors[at];
        let b = factors[at + rowQuads];
        let c = factors[at + 2 * rowQuads];
        let d = factors[at + 3 * rowQuads];
        for (var i = 0; i < 4; i = i + 1) {
          let weight = weights[(place.row + 8 * i) * ${tile / 4} + four];
          sums[2 * i + half] = sums[2 * i + half] + weight.x * a + weight.y * b + weight.z * c + weight.w * d;
        }
      }
    }
    workgroupBarrier();
  }
}
fn store(place : Place, i : i32, half : i32, value : vec4<f32>) {
  let row = place.firstRow + place.row + 8 * i;
  let quad = place.firstQuad + place.group * ${groupColumns / 4} + half * 8 + place.quad;
  if (place.here && row < uniforms.${out.rows}) {
    let first = (place.image * uniforms.${out.rows} + row) * uniforms.${out.width};
    ${
      components === 4
        ? `if (quad < uniforms.${out.width}) {
      result[first + quad] = value;
    }`
        : `for (var j = 0; j < 4; j = j + 1) {
      if (4 * quad + j < uniforms.${out.width}) {
        result[first + 4 * quad + j] = value[j];
      }
    }`
    }
  }
}
`;
