/**
 * What the pages are made of: Mantine's components with Slipway's words. Components know the router's links and the data room,
 * never a page.
 */
import {
  Anchor,
  type AnchorProps,
  Button,
  type ButtonProps,
  Menu,
  type MenuItemProps,
  NavLink,
  type NavLinkProps,
} from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentPropsWithRef } from "react";

function PlainAnchor(props: AnchorProps & Omit<ComponentPropsWithRef<"a">, keyof AnchorProps>) {
  return <Anchor inherit {...props} />;
}

function PlainButton(props: ButtonProps & Omit<ComponentPropsWithRef<"a">, keyof ButtonProps>) {
  return <Button component="a" {...props} />;
}

function PlainNavLink(props: NavLinkProps & Omit<ComponentPropsWithRef<"a">, keyof NavLinkProps>) {
  return <NavLink {...props} />;
}

/** A text link to a page of the console. */
export const PageLink = createLink(PlainAnchor);
/** A link to a page that looks like a button. */
export const ButtonLink = createLink(PlainButton);
/** An entry of the navigation. */
export const NavPageLink = createLink(PlainNavLink);

function PlainMenuItem(props: MenuItemProps & Omit<ComponentPropsWithRef<"a">, keyof MenuItemProps>) {
  return <Menu.Item component="a" {...props} />;
}

/** An entry of a menu that leads to a page. */
export const MenuPageLink = createLink(PlainMenuItem);
