<<<<<<<< HEAD:ui/dist/assets/Entry-CqUQgC1N.js
import{n as e,r as t}from"./Refused-DdHOd3j3.js";import{a as n}from"./Page-COqA0C8m.js";import{a as r}from"./dist-CBGnUZ3l.js";var i=r();function a({title:r,children:a}){return n(r),(0,i.jsx)(`main`,{className:e.entry,children:(0,i.jsxs)(`div`,{className:e.column,children:[(0,i.jsxs)(`header`,{className:e.header,children:[(0,i.jsx)(t,{size:32}),(0,i.jsx)(`h1`,{className:e.title,children:r})]}),a]})})}export{a as t};
========
import{n as e,r as t}from"./Refused-DoqAc8-X.js";import{a as n}from"./Page-RDmxwn7c.js";import{a as r}from"./dist-CBGnUZ3l.js";var i=r();function a({title:r,children:a}){return n(r),(0,i.jsx)(`main`,{className:e.entry,children:(0,i.jsxs)(`div`,{className:e.column,children:[(0,i.jsxs)(`header`,{className:e.header,children:[(0,i.jsx)(t,{size:32}),(0,i.jsx)(`h1`,{className:e.title,children:r})]}),a]})})}export{a as t};
>>>>>>>> settingsui:ui/dist/assets/Entry-DeTPTjG-.js
