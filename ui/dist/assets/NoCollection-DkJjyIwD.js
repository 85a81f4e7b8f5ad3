<<<<<<<< HEAD:ui/dist/assets/NoCollection-DkJjyIwD.js
import{a as e,n as t}from"./dist-CBGnUZ3l.js";import{n}from"./Page-COqA0C8m.js";import{t as r}from"./States-XBZga7St.js";var i=e();function a({name:e}){return(0,i.jsx)(n,{title:e,children:(0,i.jsx)(r,{first:(0,i.jsx)(t,{id:`tGAKOW`,values:{name:e}}),second:(0,i.jsx)(t,{id:`bh/Qgq`})})})}export{a as t};
========
import{a as e,n as t}from"./dist-CBGnUZ3l.js";import{n}from"./Page-RDmxwn7c.js";import{t as r}from"./States-BXjJChyp.js";var i=e();function a({name:e}){return(0,i.jsx)(n,{title:e,children:(0,i.jsx)(r,{first:(0,i.jsx)(t,{id:`tGAKOW`,values:{name:e}}),second:(0,i.jsx)(t,{id:`bh/Qgq`})})})}export{a as t};
>>>>>>>> settingsui:ui/dist/assets/NoCollection-uoUETW0J.js
