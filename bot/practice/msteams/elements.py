"""The elements of Adaptive Cards that Teams draws, with their properties. A `*` marks those that are needed.

From https://adaptivecards.microsoft.com, version 1.5 with what Teams adds. The host draws nothing of a card with an
element that it doesn't know, unless that has a `fallback`.
"""

_COMMON = "id isVisible separator spacing height fallback requires targetWidth grid.area lang horizontalAlignment"
_INPUT = f"{_COMMON} id* label isRequired errorMessage value labelPosition labelWidth inputStyle valueChangedAction"
_ACTION = "id title* iconUrl style mode tooltip isEnabled fallback requires themedIconUrls"
_BOX = f"{_COMMON} style bleed minHeight verticalContentAlignment selectAction backgroundImage rtl showBorder"
_BOX = f"{_BOX} roundedCorners layouts maxHeight"
_CHART = f"{_COMMON} title colorSet maxWidth showTitle"
_XY = f"{_CHART} data* xAxisTitle yAxisTitle color showBarValues showOutlines"

_ELEMENTS = {
    "ActionSet": f"{_COMMON} actions*",
    "Badge": f"{_COMMON} text icon iconPosition appearance size shape style tooltip",
    "Chart.Donut": f"{_CHART} data* value valueColor showLegend thickness showOutlines",
    "Chart.Gauge": f"{_CHART} value* min max segments subLabel showLegend showMinMax showNeedle valueFormat",
    "Chart.HorizontalBar": f"{_XY} displayMode",
    "Chart.HorizontalBar.Stacked": f"{_CHART} data* xAxisTitle yAxisTitle color showLegend",
    "Chart.Line": f"{_CHART} data* xAxisTitle yAxisTitle color yMin yMax showLegend",
    "Chart.Pie": f"{_CHART} data* value valueColor showLegend showOutlines",
    "Chart.VerticalBar": f"{_XY} yMin yMax",
    "Chart.VerticalBar.Grouped": f"{_XY} stacked yMin yMax showLegend",
    "Column": f"{_BOX} items width",
    "ColumnSet": f"{_BOX} columns* minWidth",
    "Container": f"{_BOX} items*",
    "FactSet": f"{_COMMON} facts*",
    "Icon": f"{_COMMON} name* color size style selectAction",
    "Image": f"{_COMMON} url* altText backgroundColor style size width height selectAction allowExpand msteams fitMode",
    "Input.ChoiceSet": f"{_INPUT} choices choices.data isMultiSelect style wrap placeholder useMultipleColumns",
    "Input.Date": f"{_INPUT} min max placeholder",
    "Input.Number": f"{_INPUT} min max placeholder",
    "Input.Text": f"{_INPUT} isMultiline maxLength placeholder regex style inlineAction",
    "Input.Time": f"{_INPUT} min max placeholder",
    "Input.Toggle": f"{_INPUT} title* valueOn valueOff wrap showTitle",
    "ProgressBar": f"{_COMMON} value max color",
    "RichTextBlock": f"{_COMMON} inlines* labelFor",
    "Table": f"{_COMMON} columns rows firstRowAsHeaders showGridLines gridStyle horizontalCellContentAlignment "
    "verticalCellContentAlignment style showBorder roundedCorners minWidth",
    "TableCell": f"{_BOX} items*",
    "TableRow": f"{_COMMON} cells* style showBorder roundedCorners horizontalCellContentAlignment "
    "verticalCellContentAlignment",
    "TextBlock": f"{_COMMON} text* wrap size weight color isSubtle maxLines fontType style labelFor",
    "TextRun": "text* size weight color isSubtle fontType italic strikethrough highlight underline selectAction lang "
    "id isVisible fallback",
    "Action.Execute": f"{_ACTION} verb data associatedInputs conditionallyEnabled",
    "Action.OpenUrl": f"{_ACTION} url*",
    "Action.ShowCard": f"{_ACTION} card*",
    "Action.Submit": f"{_ACTION} data associatedInputs conditionallyEnabled msteams",
    "Action.ToggleVisibility": f"{_ACTION} targetElements*",
    "AdaptiveCard": "version* body actions refresh msteams speak lang fallbackText $schema minHeight rtl selectAction "
    "style verticalContentAlignment backgroundImage authentication metadata layouts fallback requires",
}
NEEDED = {name: {one[:-1] for one in words.split() if one.endswith("*")} for name, words in _ELEMENTS.items()}
KNOWN = {name: {one.rstrip("*") for one in words.split()} | {"type"} for name, words in _ELEMENTS.items()}
