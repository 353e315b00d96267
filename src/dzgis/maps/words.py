"""What the page says, in both languages."""

from __future__ import annotations

from dzgis.terms import Text

NORTH = Text("北", "N")
RESTRICTION = Text(
    "内部工作用图，未经审图，不得公开", "Internal working map, not reviewed, not for publication"
)
NO_SCRIPT = Text("本地图需要浏览器启用 JavaScript", "This map needs JavaScript in the browser")

NOTHING = Text("", "")
RAMP_ENDS = Text("0%|50%|100%", "0%|50%|100%")

AND_MORE = Text("等（另 {n} 项）", " and {n} more")

GROUP_LAND = Text("地形与可用地", "Terrain and available land")
GROUP_PLAN = Text("规划格局", "Plan")
GROUP_PARCELS = Text("地块", "Parcels")
GROUP_PROTECTION = Text("管控图层", "Protection layers")

COUNTIES = Text("县（市、区）界", "counties")
DISTRICTS = Text("片区界", "districts")
CLUSTERS = Text("组团", "clusters")
AXES = Text("发展轴", "development axes")
AXIS_CORE = Text("主轴", "core line")
AXIS_EXTENSION = Text("延伸（示意）", "extension (schematic)")
NODE = Text("节点（编号为轴上次序）", "node (number: order on the axis)")
GATEWAY = Text("门户", "gateway")
FACILITIES = Text("枢纽与设施", "hubs and facilities")
CANDIDATES = Text("候选用地", "candidate land")
FILLED = Text("候选中填补的用地", "ground filled within candidates")
SOURCE_ROLES = {
    "dem": Text("DEM 高程", "DEM"),
    "counties": Text("县界", "counties"),
    "parcels": Text("地块", "parcels"),
}
BASINS = Text("坝区", "basins")
BASIN = Text("坝区", "basin")
BASIN_ID = Text("坝区编号", "basin id")
SUITABILITY = Text("用地适宜性", "suitability")
PARCELS = Text("地块（核查结论）", "parcels by verdict")
PARCEL = Text("地块", "parcel")
PARCEL_LIST = Text("地块清单", "list of parcels")
UNCHECKED = Text("未核查", "not checked")
CONFLICTS = Text("压占部位", "conflict pieces")
SLOPE = Text("坡度分级", "slope classes")
AVAILABLE = Text("可用地占比", "available share of the cell")

COUNTY = Text("县（市、区）", "county")
COUNTY_CODE = Text("行政区划代码", "division code")
DISTRICT = Text("片区", "district")
CLUSTER = Text("组团", "cluster")
AXIS = Text("发展轴", "axis")
AXIS_LINE = Text("线段", "line")
KIND = Text("类型", "kind")
STATUS = Text("归属依据", "basis")
INDUSTRIES = Text("主导产业", "industries")
AREA = Text("面积", "area")
LOW_HILL = Text("低丘缓坡", "low hills")
AVAILABLE_AREA = Text("可用地", "available land")
MEAN_SLOPE = Text("平均坡度", "mean slope")
VERDICT = Text("核查结论", "verdict")
PARCEL_ID = Text("地块编号", "parcel id")
AXIS_DISTANCE = Text("距轴线", "distance to axis")
REASON = Text("依据", "reason")
RULE = Text("规则", "rule")
LEGAL_BASIS = Text("法律依据", "legal basis")
FEATURE_ID = Text("要素编号", "feature id")
NODE_ORDER = Text("次序", "order")
POSITION = Text("位置精度", "position good to")
CORRIDOR = Text("依托通道", "corridor")
NOTE = Text("备注", "note")

LEDGER_AVAILABLE = Text("台账：可用地", "ledger: available land")
LEDGER_PROPOSED = Text("台账：候选", "ledger: proposed")
LEDGER_CHECKED = Text("台账：已核查", "ledger: checked")
LEDGER_CLEAR = Text("其中未发现压占", "of them clear")
LEDGER_CONFLICTING = Text("其中压占或待复核", "of them conflicting or to be reviewed")
LEDGER_UNDETERMINED = Text("其中无法判定", "of them undetermined")
PIECES = Text("个", "parcels")

KM2 = Text("km²", "km²")
HECTARE = Text("公顷", "ha")
MU = Text("亩", "mu")
M2 = Text("m²", "m²")
KM = Text("公里", "km")
M = Text("米", "m")
