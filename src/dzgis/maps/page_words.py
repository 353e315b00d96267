"""Words of the page's own controls, by the name that its script knows them by."""

from __future__ import annotations

from dzgis.maps import words
from dzgis.terms import Text

PAGE_WORDS = {
    "PANEL": Text("图层与图例", "Layers and legend"),
    "SHOW_ALL": Text("全部显示 / 隐藏", "show or hide all"),
    "OPACITY": Text("不透明度", "opacity"),
    "FULL_EXTENT": Text("全图", "Full extent"),
    "ZOOM_IN": Text("放大", "Zoom in"),
    "ZOOM_OUT": Text("缩小", "Zoom out"),
    "NORTH": words.NORTH,
    "NOTES": Text("说明", "Notes"),
    "MORE": Text("另有 {n} 项", "{n} more"),
    "MORE_NOTES": Text("其余 {n} 条", "{n} more"),
    "SOURCES": Text("数据来源", "Data sources"),
    "BOTH": Text("中英对照图例", "Legend in both languages"),
    # Readout under the pointer.
    "ZONE": Text(
        "CGCS2000 3°带 {zone}（中央经线 {meridian}°E）", "CGCS2000 3° zone {zone} (CM {meridian}°E)"
    ),
    "POINTER": Text("在图上移动指针读取坐标", "Move the pointer over the map for coordinates"),
    # Search.
    "SEARCH": Text("地块、地名或坐标", "Parcel, place or coordinates"),
    "NOT_FOUND": Text("没有找到", "nothing found"),
    "POSITION": Text("坐标", "coordinates"),
    "PLACE": Text("地名", "place"),
    # Filter.
    "FILTER": Text("筛选", "Filter"),
    "FILTER_CLUSTER": Text("组团", "cluster"),
    "FILTER_ALL": Text("全部组团", "all clusters"),
    "FILTER_NONE": Text("不在任何组团", "in no cluster"),
    "FILTER_VERDICT": Text(
        "核查结论：点下方图例逐项开关", "verdicts: click the lines of the legend"
    ),
    "FILTER_SHOWN": Text("显示 {n} / {all} 个地块", "{n} of {all} parcels shown"),
    "FILTER_RESET": Text("取消筛选", "clear"),
    # Measuring.
    "MEASURE_LENGTH": Text("量距离", "Measure a distance"),
    "MEASURE_AREA": Text("量面积", "Measure an area"),
    "MEASURE_HINT": Text(
        "单击加点，双击或回车结束，退格撤销一点，Esc 取消",
        "click to add a point, double-click or Enter to end, Backspace to undo, Esc to leave",
    ),
    "MEASURE_DISTANCE": Text("椭球面距离", "distance on the ellipsoid"),
    "MEASURE_PERIMETER": Text("周长", "perimeter"),
    "MEASURE_SURFACE": Text("椭球面积", "area on the ellipsoid"),
    "MEASURE_CROSSED": Text("边线自相交，面积无意义", "the outline crosses itself: no area"),
    "MEASURE_CLEAR": Text("清除", "clear"),
    "KM2": Text("km²", "km²"),
    "M2": Text("m²", "m²"),
    "HECTARE": Text("公顷", "ha"),
    "MU": Text("亩", "mu"),
    "M": Text("米", "m"),
    "KM": Text("公里", "km"),
    # Packed layers.
    "DOTS": Text(
        "“{layer}”要素多：小于 3 像素的以点表示，放大后显示边界",
        "“{layer}” has many features: those under 3 pixels are dots until zoomed in",
    ),
    "NEEDS_SERVER": Text(
        "“{layer}”存在地图旁的文件里，浏览器不允许直接读取；请用 dzgis map --serve 打开本地图",
        "“{layer}” lies in a file beside the map, which a browser may not read from disk; "
        "open this map with dzgis map --serve",
    ),
    "TOO_OLD": Text(
        "本浏览器太旧，无法显示“{layer}”；需要 Chrome/Edge 80、Firefox 113 或更新",
        "this browser is too old to show “{layer}”: Chrome/Edge 80, Firefox 113 or newer",
    ),
    "BROKEN": Text("“{layer}”的数据读不出来", "the data of “{layer}” cannot be read"),
    "LOADING": Text("正在读取…", "reading…"),
    # Printing.
    "PRINT_VIEW": Text("打印版面", "Print view"),
    "PRINT": Text("打印", "Print"),
    "PRINT_BACK": Text("返回", "Back"),
    "PRINT_PAPER": Text("纸张", "paper"),
    "PRINT_LEGEND": Text("图例", "Legend"),
    "PRINT_MADE": Text("制图时间", "printed"),
    "PRINT_DATUM": Text(
        "坐标系 CGCS2000，显示投影 Web 墨卡托（图上量算请用椭球面工具）",
        "CGCS2000, shown in Web Mercator (measure with the ellipsoidal tools)",
    ),
    # Base maps.
    "BASE_MAPS": Text("底图（联网）", "Base maps (online)"),
    "BASE_ONLINE": Text(
        "勾选后，浏览器会向 {hosts} 请求瓦片，所看的位置随之外传；涉密数据请勿使用",
        "once ticked, the browser asks {hosts} for tiles and so tells where you look; "
        "not for classified data",
    ),
}
