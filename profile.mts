import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { selectBackend, registerWasmKernels } from '@diffgan/runtime';
import { ddpmUnet, ddganDiscriminator, ddganGenerator, presets } from '@diffgan/unet';
import { r1Penalty } from '@diffgan/fgan-losses';
const [what='ddpm', threads='1', mode='simd']=process.argv.slice(2);
if (mode==='layerA') { await import('@tensorflow/tfjs-backend-wasm'); await tf.setBackend('wasm'); registerWasmKernels(); console.log('layer A'); }
else console.log((await selectBackend('wasm',{threads:+threads, reproducible: mode==='plain'})).description);
// profile: wrap every kernel
const stats=new Map<string,[number,number]>(); let depth=0;
for (const k of tf.getKernelsForBackend('wasm')) { const f=k.kernelFunc; (k as any).kernelFunc=(a:any)=>{ const t=performance.now(); depth++; try {return f(a);} finally { depth--; if(depth===0){const s=stats.get(k.kernelName)??[0,0]; s[0]+=performance.now()-t; s[1]++; stats.set(k.kernelName,s);} } }; }
let step:()=>void;
if (what==='ddpm'||what==='fwd') {
 const model=ddpmUnet({kind:'ddpm-unet',imageSize:28,channels:1,baseChannels:32,channelMultipliers:[1,2,2],blocksPerLevel:2,attentionResolutions:[14]});
 const x=tf.randomNormal([16,28,28,1]), t=tf.tensor1d(Array.from({length:16},(_,i)=>i*10)), y=tf.randomNormal([16,28,28,1]);
 const vars=model.trainableWeights.map(w=>w.read() as tf.Variable);
 if (what==='fwd'||process.argv[5]==='fwd') step=()=>tf.tidy(()=>{ (model.apply([x,t]) as tf.Tensor).dataSync(); }); else step=()=>tf.tidy(()=>{ const {value,grads}=tf.variableGrads(()=>tf.mean(tf.squaredDifference(model.apply([x,t],{training:true}) as tf.Tensor,y)),vars); tf.concat1d(vars.map(v=>tf.reshape(grads[v.name],[v.size]))); value.dataSync(); });
} else {
 const critic=ddganDiscriminator(presets['fashion-mnist-tiny'].discriminator); const gen=ddganGenerator(presets['fashion-mnist-tiny'].generator);
 const x=tf.randomNormal([32,28,28,1]), xt=tf.randomNormal([32,28,28,1]), t=tf.tensor1d(Array.from({length:32},(_,i)=>i%4)), z=tf.randomNormal([32,64]);
 const cv=critic.trainableWeights.map(w=>w.read() as tf.Variable), gv=gen.trainableWeights.map(w=>w.read() as tf.Variable);
 step=()=>tf.tidy(()=>{ const score=(a:tf.Tensor)=>critic.apply([a,xt,t],{training:true}) as tf.Tensor;
  const c=tf.variableGrads(()=>tf.add(tf.mean(tf.softplus(tf.neg(score(x)))) as tf.Scalar, what==='r1'?tf.mean(r1Penalty(score,x)) as tf.Scalar: tf.scalar(0)) as tf.Scalar,cv); c.value.dataSync();
  const g=tf.variableGrads(()=>tf.mean(tf.softplus(tf.neg(score(gen.apply([xt,z,t],{training:true}) as tf.Tensor)))) as tf.Scalar,gv); g.value.dataSync(); });
}
step(); stats.clear(); const n=10; const t0=performance.now(); for(let i=0;i<n;i++)step(); const total=(performance.now()-t0)/n;
console.log('step', total.toFixed(0)); let sum=0; for (const [k,[ms,c]] of [...stats].sort((a,b)=>b[1][0]-a[1][0]).slice(0,22)) {console.log(k.padEnd(26),(ms/n).toFixed(1),c/n);}
for (const [,[ms]] of stats) sum+=ms/n; console.log('kernels',sum.toFixed(0));
