import Monitor

extension ScreenState {
  /// The settings as keys have made them: what is worth keeping of the present screen.
  package var settings: Settings {
    var settings = base
    saveOrders(to: &settings)
    settings.view = view.kind
    settings.presentation = presentation
    // Name servers are queried only if the user chooses so each time, or in the file.
    if base.presentation.hosts == .addresses { settings.presentation.hosts = .addresses }
    settings.usesMouse = isMouseCaptured
    settings.delay = delay
    settings.theme = theme
    for kind in ViewKind.allCases { settings.columns[kind] = viewState(of: kind).columns }
    return settings
  }

  /// Puts the order of each view into settings.
  ///
  /// Views with the order of connections get no entry, unless the settings at the start had an order
  /// for connections alone. An entry that an option hid stays until a key changes the order of its
  /// view.
  private func saveOrders(to settings: inout Settings) {
    let entries = base.orders.merging(base.hiddenOrders) { own, _ in own }
    if entries[.connections] == nil {
      settings.order = viewState(of: .connections).view.sort
    }
    settings.hiddenOrders = [:]
    for kind in ViewKind.allCases {
      let order = viewState(of: kind).view.sort
      settings.orders[kind] = nil
      if let hidden = base.hiddenOrders[kind], order == base.order(of: kind) {
        settings.orders[kind] = hidden
      } else if entries[kind] != nil || order != settings.order(of: kind) {
        settings.orders[kind] = order
      }
    }
  }
}
