---@meta

---@class assay.WorkbookOptions
---@field framework assay.Framework  whose questions are asked
---@field standards? string|string[]  only the questions of these; all if not given
---@field columns? string|string[]  of the list, beside the id, which is always there; private ones come only if named here
---@field split? string  a column, of which each level has a sheet of its own; cases without a value are on sheet NA

---@class assay.Sample
local Sample = {}

--- Writes the .xlsx that inspectors fill in: a row for each case of the sample, with its id and the columns asked
--- for, and a column for each question, empty: the wording in a note, the framework's answers as a drop-down. A
--- second sheet has the reserves in the order in which they are taken, with stratum and rank. No tickets,
--- probabilities or weights. Ids and other text stay text when they are edited.
---
--- Cases stand on the sheet Cases, or on one for each level of `split`, named after it; where a sheet cannot have
--- that name (31 characters, none of []:*?/\, none twice in any case of letters) it has one like it, and a note
--- says so. The same sample gives the same bytes. More than 16,384 columns, 255 sheets or 32,767 characters in a note
--- are errors.
---
--- `assay.read` with only the path reads the answers back, also from the sheets of a split workbook, one below the
--- other, and leaves the reserves; a blank is unanswered. Saved as another format, or where a program lost the
--- marks, each sheet is read by its name, `assay.read(path, { sheet = "North" })`, and appended.
---@param path string  ends in .xlsx
---@param options assay.WorkbookOptions
---@return assay.Sample
function Sample:workbook(path, options) end
