---@meta

---@class assay.Frame
local Frame = {}

---@class assay.BandOptions
---@field into? string  the name of the new column; that of the numbers with _band behind it if not given

--- The frame with one column more, a category of bands in their order. Breaks ascend, and each belongs to the band
--- that it ends: f:band("cases", { 40, 50, 60 }) has "40 or fewer", "41-50", "51-60", "over 60" of whole numbers;
--- numbers that are not whole have "40 or less", "over 40 to 50" and so on. What is missing stays missing.
--- The bands of a private column are private.
---@param column string
---@param breaks number[]
---@param options? assay.BandOptions
---@return assay.Frame
function Frame:band(column, breaks, options) end
