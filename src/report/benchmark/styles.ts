/** Looks of the report: readable from 400 to 1400 pixels, light and dark. Our own text, so it needs no escaping. */
import { Html } from './html.ts'

export const styles = new Html(`
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--soft:#59636e;--line:#d9dee3;--card:#f5f7f9;--ours:#c2185b;--c0:#1f77b4;--c1:#8a8f98;--c2:#2e8b57;--c3:#b8860b;--c4:#7b4fb5;--c5:#008b8b;--c6:#a0522d;--c7:#4a6b00}
@media (prefers-color-scheme:dark){:root{--bg:#14171a;--fg:#e6e9ec;--soft:#9aa4ae;--line:#30363d;--card:#1c2126;--ours:#ff6f9f;--c0:#6cb6ff;--c1:#9aa4ae;--c2:#57c78a;--c3:#e0b04a;--c4:#b99bf0;--c5:#4fd0d0;--c6:#dd9468;--c7:#a9c65a}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:1320px;margin:0 auto;padding:16px}
h1{font-size:24px;line-height:1.25;margin:8px 0}h2{font-size:18px;margin:36px 0 8px}
p{max-width:80ch;margin:6px 0 12px;color:var(--soft)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;background:var(--card);padding:12px 16px;border-radius:8px;margin:8px 0;overflow-wrap:anywhere}
dt{color:var(--soft)}dd{margin:0}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 16px;padding:0;margin:8px 0}
.legend i{display:inline-block;width:11px;height:11px;border-radius:50%;margin-right:6px}
.dotrow{display:grid;grid-template-columns:minmax(190px,280px) 1fr;align-items:center;gap:0 12px}
.track{position:relative;height:24px;margin:0 22px}
.track u{position:absolute;top:0;bottom:0;width:1px;background:var(--line)}.track u.one{width:2px;background:var(--soft)}
.track b{position:absolute;top:7px;width:10px;height:10px;margin-left:-5px;border-radius:50%}
.track s{position:absolute;top:11px;height:2px}
.track em{position:absolute;transform:translateX(-50%);font-style:normal;font-size:12px;color:var(--soft);white-space:nowrap}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(290px,1fr));gap:16px}
figure{margin:0;background:var(--card);border-radius:8px;padding:8px}figcaption{font-weight:600;padding:2px 6px}
svg{width:100%;height:auto;display:block}svg text{font-size:11px;fill:var(--soft)}svg line.grid{stroke:var(--line);stroke-width:1}
polyline{fill:none;stroke-width:1.6;stroke-linejoin:round}polyline.ours{stroke-width:3}.ring{fill:none;stroke:var(--fg);stroke-width:1.5}
.bars{display:grid;grid-template-columns:repeat(auto-fill,minmax(290px,1fr));gap:10px 24px}
.barrow span{font-size:13px}.bar{position:relative;height:22px;background:var(--card);border-radius:4px;margin:2px 0;overflow:hidden}
.bar i{position:absolute;inset:0 auto 0 0;background:var(--ours);opacity:.35}.bar u{position:absolute;top:0;bottom:0;width:2px;background:var(--fg)}
.bar em{position:absolute;left:8px;top:1px;font-style:normal;font-size:13px}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:13px;min-width:600px;width:100%}
th,td{text-align:right;padding:3px 10px;border-bottom:1px solid var(--line);white-space:nowrap}th:first-child,td:first-child{text-align:left}th{color:var(--soft);font-weight:600}
small{color:var(--soft)}li{overflow-wrap:anywhere}
@media (max-width:640px){.dotrow{grid-template-columns:1fr}.dotrow span{font-size:13px;margin-top:6px}.dotrow.axis span{display:none}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:6px}}
`)
