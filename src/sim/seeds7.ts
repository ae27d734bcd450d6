
import * as R from './runs/run.ts';
const names = ['calm','network','crash','power','disk','clock','mixed','membership','files','manual','old terms','old folders','overload','eviction','memory','poison'];
for (let n = Number(process.argv[2]); n < Number(process.argv[3]); n++) for (const [i, p] of names.entries()) {
  const seed = (n + 1) * 16 + i; const t = performance.now();
  const r = R.runSeed({ seed, trialsApart: 3 } as any);
  const ms = performance.now() - t;
  console.log(ms.toFixed(0), seed, p, r.size, r.virtualSeconds.toFixed(1), r.commands, r.elections, JSON.stringify(r.staged), r.violations.length);
}
