---@meta

---@class assay.DateOptions
---@field months? integer  whole months to add; may be negative
---@field days? integer  days to add, after the months

--- A date moved by months and days. Dates are ISO text, such as "2018-11-05". A month that is too short
--- gives its last day: 31 January plus one month is 28 or 29 February. Years run from 1 to 9999.
---@param day string
---@param options? assay.DateOptions
---@return string
function assay.date(day, options) end

--- Whole days from one date to another; negative where the second is earlier.
---@param from string
---@param to string
---@return integer
function assay.days(from, to) end
