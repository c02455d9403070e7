import {
  Sidebar,
  SidebarDivider,
  SidebarGroup,
  SidebarItem,
  SidebarScrollWrapper,
  SidebarSpace,
} from '@backstage/core-components';
import {
  type NavContentComponentProps,
  type NavContentNavItem,
} from '@backstage/plugin-app-react';
import { NotificationsSidebarItem } from '@backstage/plugin-notifications';
import { SidebarSearchModal } from '@backstage/plugin-search';
import { UserSettingsSignInAvatar } from '@backstage/plugin-user-settings';
import { makeStyles } from '@material-ui/core/styles';
import MenuIcon from '@material-ui/icons/Menu';
import SearchIcon from '@material-ui/icons/Search';
import { createContext, useContext } from 'react';
import { useLocation } from 'react-router-dom';
import { SidebarLogo } from './SidebarLogo';

const useStyles = makeStyles({
  // Titles get the room that is kept for an action, which these entries have none of.
  item: { '& > div:empty': { display: 'none' } },
});

/** Where all entries lead. */
const NavHrefs = createContext<string[]>([]);

const NavItem = ({ href, icon, title }: NavContentNavItem) => {
  const classes = useStyles();
  const { pathname } = useLocation();
  // Of two pages of which one lies below the other, only the nearer is the current one.
  const isNearerElsewhere = useContext(NavHrefs).some(
    other =>
      other.startsWith(`${href}/`) && `${pathname}/`.startsWith(`${other}/`),
  );
  return (
    <SidebarItem
      className={classes.item}
      to={href}
      end={isNearerElsewhere}
      icon={() => icon}
      text={title}
    />
  );
};

/**
 * The portal's sidebar: search, the catalog and the templates first, then the
 * page of every other installed plugin by its title.
 */
export const PortalSidebar = ({ navItems }: NavContentComponentProps) => {
  const hrefs = navItems
    .clone()
    .rest()
    .map(({ href }) => href);
  const nav = navItems.withComponent(NavItem);

  // These two have an entry of their own below, with a dialog or a counter.
  nav.take('page:search');
  nav.take('page:notifications');
  const settings = nav.take('page:user-settings');

  return (
    <Sidebar>
      <SidebarLogo />
      <SidebarGroup label="Search" icon={<SearchIcon />} to="/search">
        <SidebarSearchModal />
      </SidebarGroup>
      <SidebarDivider />
      <SidebarGroup label="Menu" icon={<MenuIcon />}>
        {nav.take('page:catalog')}
        {nav.take('page:scaffolder')}
        <SidebarDivider />
        <SidebarScrollWrapper>
          <NavHrefs.Provider value={hrefs}>
            {nav.rest({ sortBy: 'title' })}
          </NavHrefs.Provider>
        </SidebarScrollWrapper>
      </SidebarGroup>
      <SidebarSpace />
      <SidebarDivider />
      <NotificationsSidebarItem />
      <SidebarDivider />
      <SidebarGroup
        label="Settings"
        icon={<UserSettingsSignInAvatar />}
        to="/settings"
      >
        {settings}
      </SidebarGroup>
    </Sidebar>
  );
};
